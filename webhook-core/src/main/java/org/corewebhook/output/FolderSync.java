package org.corewebhook.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Forces the names in a folder to the disk, once for all threads that wait for it at the same time. Thread-safe.
 *
 * <p>A thread that finds, when its turn comes, that the folder was forced after it had asked, has nothing left to do.
 */
final class FolderSync {

    private final Path folder;
    private final AtomicLong asked = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private long done;

    FolderSync(Path folder) {
        this.folder = folder;
    }

    /** Returns when all renames that came before this call are on the disk. */
    void force() throws IOException {
        long mine = asked.incrementAndGet();
        lock.lock();
        try {
            if (done >= mine) {
                return;
            }
            long upToHere = asked.get();
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
            done = upToHere;
        } finally {
            lock.unlock();
        }
    }
}

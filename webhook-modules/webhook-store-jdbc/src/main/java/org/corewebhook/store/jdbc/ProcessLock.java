package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Keeps other processes away from a store, and knows whether the last one closed it. */
final class ProcessLock implements AutoCloseable {

    private static final byte OPEN = 'o';
    private static final byte CLEAN = 'c';

    private final FileChannel channel;
    private final boolean wasClosedCleanly;

    private ProcessLock(FileChannel channel, boolean wasClosedCleanly) {
        this.channel = channel;
        this.wasClosedCleanly = wasClosedCleanly;
    }

    static ProcessLock take(Path store) throws StoreException, IOException {
        FileChannel channel = FileChannel.open(
                fileFor(store), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            channel.close();
            throw new StoreException(
                    "Another receiver uses the store " + store + ": stop it, or give this one a file of its own", null);
        }
        ByteBuffer state = ByteBuffer.allocate(1);
        boolean clean = channel.read(state, 0) < 1 || state.get(0) == CLEAN;
        ProcessLock taken = new ProcessLock(channel, clean);
        taken.mark(OPEN);
        return taken;
    }

    /** Returns the file beside the store that is locked. */
    static Path fileFor(Path store) {
        return store.resolveSibling(store.getFileName() + ".lock");
    }

    boolean wasClosedCleanly() {
        return wasClosedCleanly;
    }

    /** Notes that all is written, and lets others in. */
    void closeCleanly() throws IOException {
        mark(CLEAN);
        close();
    }

    /** Lets others in. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void mark(byte state) throws IOException {
        channel.write(ByteBuffer.wrap(new byte[] {state}), 0);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}

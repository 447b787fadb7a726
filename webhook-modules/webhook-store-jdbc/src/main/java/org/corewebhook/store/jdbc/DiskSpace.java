package org.corewebhook.store.jdbc;

import java.io.File;
import java.nio.file.Path;
import org.corewebhook.store.StoreException;

/**
 * Keeps the last part of the disk free for the results of deliveries: a store that takes new events until the disk is
 * full cannot note any more which ones are delivered, and so never gets its space back. Thread-safe.
 */
final class DiskSpace {

    private static final long MAX_RESERVE = 64L << 20;
    private static final long RESERVED_PART = 20;
    private static final long CHECK_EVERY_NANOS = 250_000_000;

    private final File folder;
    private volatile long checkedAt = System.nanoTime() - CHECK_EVERY_NANOS;
    private volatile long free;
    private volatile long reserve;

    DiskSpace(Path file) {
        Path absolute = file.toAbsolutePath();
        Path parent = absolute.getParent();
        this.folder = (parent == null ? absolute : parent).toFile();
    }

    /** Refuses if the disk is nearly full: a twentieth is left, or 64 MiB. */
    void require() throws StoreException {
        long now = System.nanoTime();
        if (now - checkedAt >= CHECK_EVERY_NANOS) {
            reserve = Math.min(MAX_RESERVE, folder.getTotalSpace() / RESERVED_PART);
            free = folder.getUsableSpace();
            checkedAt = now;
        }
        if (free < reserve) {
            throw new StoreException(
                    "The disk of the store in " + folder + " is nearly full (" + (free >> 20) + " MiB free, "
                            + (reserve >> 20) + " MiB are kept for results of deliveries): free space, it then goes on",
                    null);
        }
    }
}

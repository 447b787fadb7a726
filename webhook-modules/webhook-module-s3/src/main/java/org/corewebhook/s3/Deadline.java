package org.corewebhook.s3;

import java.time.Duration;

/** The moment by which a delivery must have ended, whatever requests it takes. Immutable and thread-safe. */
record Deadline(long nanoTime) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** Returns the time that is left; zero or less if none is. */
    Duration left() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }
}

package org.corewebhook.clickhouse;

import java.time.Duration;

/** The moment at which a call must have returned, however many requests it takes. Immutable. */
final class Deadline {

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    long leftNanos() {
        return endNanos - System.nanoTime();
    }
}

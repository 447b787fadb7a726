package org.corewebhook.clickhouse;

import java.time.Duration;

/** The moment at which a call must have returned, however many requests it takes. Immutable. */
final class Deadline {

    private final Duration duration;
    private final long endNanos;

    private Deadline(Duration duration) {
        this.duration = duration;
        this.endNanos = System.nanoTime() + duration.toNanos();
    }

    static Deadline in(Duration duration) {
        return new Deadline(duration);
    }

    long leftNanos() {
        return endNanos - System.nanoTime();
    }

    @Override
    public String toString() {
        return duration.toMillis() + " ms";
    }
}

package org.corewebhook.signature;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Says when it is time to log again what senders could otherwise fill the log with; thread-safe. */
final class OncePerMinute {

    private static final long INTERVAL_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Clock clock;
    private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

    OncePerMinute(Clock clock) {
        this.clock = clock;
    }

    /** Returns true once a minute. */
    boolean isDue() {
        long now = clock.millis();
        long due = next.get();
        return now >= due && next.compareAndSet(due, now + INTERVAL_MILLIS);
    }
}

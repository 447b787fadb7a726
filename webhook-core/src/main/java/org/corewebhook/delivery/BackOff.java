package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.corewebhook.RetryPolicy;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/** When a lane leaves its destination alone because calls keep failing. Guarded by the lane's lock. */
final class BackOff {

    /** One failure may be the event's own fault; from the second on in a row it is the destination's. */
    private static final int FAILURES_BEFORE_BACKING_OFF = 2;

    private final RetryPolicy retry;
    private final Clock clock;
    private int failuresInARow;
    private long untilMillis;
    private boolean resumePlanned;

    BackOff(RetryPolicy retry, Clock clock) {
        this.retry = retry;
        this.clock = clock;
    }

    boolean isOn() {
        return untilMillis > clock.millis();
    }

    Instant until() {
        return Instant.ofEpochMilli(untilMillis);
    }

    /** Returns how long it goes on, at least a second, as a sender is told. */
    Duration left() {
        return Duration.ofMillis(Math.max(1000, untilMillis - clock.millis()));
    }

    /** Notes a call of which nothing was delivered; returns when to resume, or null if nobody need plan that now. */
    @Nullable
    Duration failed(DeliveryException failure) {
        failuresInARow++;
        if (failuresInARow < FAILURES_BEFORE_BACKING_OFF) {
            return null;
        }
        Duration asked = failure.retryAfter();
        double random = ThreadLocalRandom.current().nextDouble();
        Duration wait = asked == null ? retry.delayAfter(failuresInARow - 1, random) : asked;
        untilMillis = clock.millis() + wait.toMillis();
        boolean planned = resumePlanned;
        resumePlanned = true;
        return planned ? null : wait;
    }

    /** Tells whether the last failure was the one that began it. */
    boolean justBegan() {
        return failuresInARow == FAILURES_BEFORE_BACKING_OFF;
    }

    /** Returns how much longer to wait, zero if it is over. */
    Duration resume() {
        Duration wait = Duration.ofMillis(Math.max(0, untilMillis - clock.millis()));
        resumePlanned = !wait.isZero();
        return wait;
    }

    /** Notes that the destination delivers; returns whether that is news. */
    boolean end() {
        boolean news = failuresInARow >= FAILURES_BEFORE_BACKING_OFF;
        failuresInARow = 0;
        untilMillis = 0;
        return news;
    }
}

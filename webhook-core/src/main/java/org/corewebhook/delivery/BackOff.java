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
        return untilMillis > 0 && untilMillis > clock.millis();
    }

    Instant until() {
        return Instant.ofEpochMilli(untilMillis);
    }

    /** Returns how long it goes on, at least a second, as a sender is told. */
    Duration left() {
        return Duration.ofMillis(Math.max(1000, untilMillis - clock.millis()));
    }

    /** Tells whether so many calls in a row have failed that the destination may be down. */
    boolean isSuspicious() {
        return failuresInARow >= FAILURES_BEFORE_BACKING_OFF;
    }

    /** Returns what a call that begins now has to hand to {@link #failed(DeliveryException, boolean, int)}. */
    int round() {
        return failuresInARow;
    }

    /** Notes a call of which nothing was delivered; returns when to resume, or null if nobody need plan that now. */
    @Nullable
    Duration failed(DeliveryException failure) {
        return failed(failure, true, failuresInARow);
    }

    /**
     * As {@link #failed(DeliveryException)}, for calls of which several run at once.
     *
     * @param firstAttempt whether an event was tried for the first time: only then the lane backs off further, for an
     *     event that fails again may be the only one that fails
     * @param round what {@link #round} was when the call began: calls that fail together count as one
     */
    @Nullable
    Duration failed(DeliveryException failure, boolean firstAttempt, int round) {
        if (round != failuresInARow) {
            return null;
        }
        failuresInARow += firstAttempt ? 1 : 0;
        if (!isSuspicious()) {
            return null;
        }
        Duration asked = failure.retryAfter();
        double random = ThreadLocalRandom.current().nextDouble();
        int steps = firstAttempt ? failuresInARow - 1 : 1;
        Duration wait = asked == null ? retry.delayAfter(steps, random) : asked;
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
        boolean news = isSuspicious();
        failuresInARow = 0;
        untilMillis = 0;
        return news;
    }
}

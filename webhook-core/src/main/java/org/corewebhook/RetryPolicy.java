package org.corewebhook;

import java.time.Duration;

/**
 * When a failed delivery is tried again: exponentially later, with jitter, until attempts or time run out.
 *
 * @param maxAttempts attempts in all, the first one counted; at least 1
 * @param initialDelay wait before the second attempt
 * @param maxDelay the wait never grows beyond this
 * @param multiplier by which the wait grows from attempt to attempt
 * @param maxAge no attempt is made when the event is older than this
 */
public record RetryPolicy(
        int maxAttempts, Duration initialDelay, Duration maxDelay, double multiplier, Duration maxAge) {

    /** The policy of {@link Acknowledge#DELIVERED}: as many attempts as the sender's patience allows. */
    public static final RetryPolicy WHILE_THE_SENDER_WAITS =
            new RetryPolicy(Integer.MAX_VALUE, Duration.ofMillis(200), Duration.ofSeconds(5), 2, Duration.ofDays(1));

    /** The policy of {@link Acknowledge#RECEIVED}: 72 hours, at most 5 minutes apart. */
    public static final RetryPolicy PATIENT =
            new RetryPolicy(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofMinutes(5), 2, Duration.ofDays(3));

    /** Checks that the policy makes sense. */
    public RetryPolicy {
        if (maxAttempts < 1 || initialDelay.isNegative() || maxDelay.isNegative() || multiplier <= 0) {
            throw new IllegalArgumentException("A retry policy needs at least one attempt and delays of 0 or more");
        }
    }

    /** Returns the policy of a single attempt. */
    public static RetryPolicy none() {
        return new RetryPolicy(1, Duration.ZERO, Duration.ZERO, 1, Duration.ofDays(1));
    }

    /**
     * Returns the wait after a number of failed attempts.
     *
     * @param random from 0 to 1; takes off up to a quarter, so that many senders do not come back at once
     */
    public Duration delayAfter(int attempts, double random) {
        double grown = initialDelay.toMillis() * Math.pow(multiplier, Math.max(0, attempts - 1));
        double capped = Math.min(grown, (double) maxDelay.toMillis());
        return Duration.ofMillis((long) (capped * (1 - random / 4)));
    }
}

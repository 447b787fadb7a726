package org.corewebhook.store;

import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt to deliver one event.
 *
 * @param sequence the delivery's sequence
 * @param outcome what it means for the delivery
 * @param attemptedAtMillis when the attempt ended
 * @param nextAttemptMillis when to try again, if the outcome is {@link Outcome#RETRY}; until when to keep the delivery,
 *     if it is {@link Outcome#DONE}
 * @param error why the attempt failed, or null if it did not
 */
public record Settlement(
        long sequence,
        Outcome outcome,
        long attemptedAtMillis,
        long nextAttemptMillis,
        @Nullable String error) {

    /** What an attempt means for its delivery. */
    public enum Outcome {
        /**
         * Delivered: the delivery is forgotten, at once or when its time has come, and with its last delivery the
         * event.
         */
        DONE,
        /** Failed, to be tried again. */
        RETRY,
        /** Failed for good: kept as a dead letter. */
        DEAD
    }

    /** Returns the settlement of a delivered event. */
    public static Settlement done(long sequence, long nowMillis) {
        return new Settlement(sequence, Outcome.DONE, nowMillis, 0, null);
    }

    /** Returns the settlement of a delivered event that is kept for an operator until then. */
    public static Settlement kept(long sequence, long nowMillis, long untilMillis) {
        return new Settlement(sequence, Outcome.DONE, nowMillis, untilMillis, null);
    }

    /** Returns the settlement of an attempt after which there will be another. */
    public static Settlement retry(long sequence, long nowMillis, long nextAttemptMillis, String error) {
        return new Settlement(sequence, Outcome.RETRY, nowMillis, nextAttemptMillis, error);
    }

    /** Returns the settlement of the last attempt, if it failed. */
    public static Settlement dead(long sequence, long nowMillis, String error) {
        return new Settlement(sequence, Outcome.DEAD, nowMillis, 0, error);
    }
}

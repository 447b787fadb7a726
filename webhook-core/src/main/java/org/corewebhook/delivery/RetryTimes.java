package org.corewebhook.delivery;

/**
 * When a lane has to look into the store for deliveries whose next attempt is due. Only the first time is kept: the
 * store knows the others, and tells the next with each look. Guarded by the lane's lock.
 */
final class RetryTimes {

    private static final long NONE = Long.MAX_VALUE;

    private long next = NONE;
    private long planned = NONE;

    /** Notes that a delivery waits for this time. */
    void add(long atMillis) {
        next = Math.min(next, atMillis);
    }

    /** Tells whether nothing waits. */
    boolean isEmpty() {
        return next == NONE;
    }

    boolean isDue(long nowMillis) {
        return next <= nowMillis;
    }

    /** Forgets the time: the look that begins now will tell the next, {@link #add} what is written meanwhile. */
    void lookBegins() {
        next = NONE;
    }

    /** Returns when to wake the lane, or {@link Long#MAX_VALUE} if that is planned already, or too late. */
    long plan(long nowMillis) {
        if (next <= nowMillis || next >= planned) {
            return NONE;
        }
        planned = next;
        return next;
    }

    /** Notes that a planned moment has come. */
    void planned(long atMillis) {
        if (planned == atMillis) {
            planned = NONE;
        }
    }
}

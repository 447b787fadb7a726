package org.corewebhook.delivery;

import java.util.PriorityQueue;

/**
 * When a lane has to look for deliveries whose next attempt is due: exactly for the next {@value #EXACT}, once a second
 * for those beyond and for those of an earlier run. Guarded by the lane's lock.
 */
final class RetryTimes {

    private static final int EXACT = 10_000;
    private static final long POLL_MILLIS = 1000;

    private final PriorityQueue<Long> times = new PriorityQueue<>();
    private boolean polling;
    private long pollAt = Long.MAX_VALUE;
    private long plannedAt = Long.MAX_VALUE;

    void add(long atMillis) {
        if (times.size() < EXACT) {
            times.add(atMillis);
        } else {
            unknown(atMillis);
        }
    }

    /** Notes that deliveries wait of which only the earliest time is known. */
    void unknown(long firstAtMillis) {
        polling = true;
        pollAt = Math.min(pollAt, firstAtMillis);
    }

    boolean isEmpty() {
        return times.isEmpty() && !polling;
    }

    boolean isDue(long nowMillis) {
        return next() <= nowMillis;
    }

    void takeDue(long nowMillis) {
        while (!times.isEmpty() && times.element() <= nowMillis) {
            times.remove();
        }
        if (pollAt <= nowMillis) {
            pollAt = Long.MAX_VALUE;
        }
    }

    /** Notes what a look into the store brought; {@code elsewhere} counts deliveries that are not in memory. */
    void found(int deliveries, int limit, long nowMillis, long elsewhere) {
        if (deliveries > 0 && (deliveries >= limit || polling)) {
            unknown(nowMillis + (deliveries >= limit ? 0 : POLL_MILLIS));
        } else if (polling) {
            polling = elsewhere > 0;
            pollAt = polling ? nowMillis + POLL_MILLIS : Long.MAX_VALUE;
        }
    }

    /** Returns when to wake the lane, or {@link Long#MAX_VALUE} if that is planned already or not needed. */
    long plan() {
        long next = next();
        if (next >= plannedAt) {
            return Long.MAX_VALUE;
        }
        plannedAt = next;
        return next;
    }

    /** Notes that the planned moment has come. */
    void planned(long atMillis) {
        if (plannedAt == atMillis) {
            plannedAt = Long.MAX_VALUE;
        }
    }

    private long next() {
        long first = times.isEmpty() ? Long.MAX_VALUE : times.element();
        return Math.min(first, pollAt);
    }
}

package org.corewebhook.validation;

/**
 * The times of the last requests, at most as many as are allowed within a window; not thread-safe.
 *
 * <p>A ring that grows with use: a high limit costs nothing until it is reached.
 */
final class SlidingLog {

    private static final int INITIAL_CAPACITY = 16;

    private final int maxRequests;
    private final long windowMillis;
    private long[] times;
    private int oldest;
    private int size;

    SlidingLog(int maxRequests, long windowMillis) {
        this.maxRequests = maxRequests;
        this.windowMillis = windowMillis;
        this.times = new long[Math.min(maxRequests, INITIAL_CAPACITY)];
    }

    /** Adds a request and returns 0, or adds nothing and returns after how many milliseconds one more is allowed. */
    long tryAdd(long nowMillis) {
        long now = notBeforeNewest(nowMillis);
        while (size > 0 && now - times[oldest] >= windowMillis) {
            oldest = (oldest + 1) % times.length;
            size--;
        }
        if (size >= maxRequests) {
            return times[oldest] + windowMillis - now;
        }
        if (size == times.length) {
            grow();
        }
        times[(oldest + size) % times.length] = now;
        size++;
        return 0;
    }

    /** Returns for how many times there is room now. */
    int capacity() {
        return times.length;
    }

    /** Keeps times in order when the clock is set back; by more than a window, what was counted is void. */
    private long notBeforeNewest(long now) {
        if (size == 0) {
            return now;
        }
        long newest = times[(oldest + size - 1) % times.length];
        if (newest - now > windowMillis) {
            size = 0;
            return now;
        }
        return Math.max(now, newest);
    }

    private void grow() {
        long[] larger = new long[(int) Math.min(maxRequests, times.length * 2L)];
        int untilEnd = times.length - oldest;
        System.arraycopy(times, oldest, larger, 0, untilEnd);
        System.arraycopy(times, 0, larger, untilEnd, oldest);
        times = larger;
        oldest = 0;
    }
}

package org.corewebhook.operations;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The nine counters of one label, about 4 kB. Thread-safe.
 *
 * <p>What comes in within one second is only added up; the lock is taken once a second, when the sum is sorted into the
 * windows. All requests of an endpoint meet here, and a thread that loses its processor while it holds the lock would
 * hold up all others.
 */
final class LabelStatistics {

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    private final Clock clock;

    /** Events of the second {@link #latest} that are not in the windows yet. */
    private final AtomicLong recent = new AtomicLong();

    /** The second on the clock when {@link #latest} was taken. */
    private volatile long secondOnTheClock;

    private final Object lock = new Object();
    private final SteadySeconds time;
    private final SlotRing seconds;
    private final SlotRing minutes;
    private final SlotRing tenMinutes;
    private final SlotRing hours;
    private long latest;
    private long total;

    LabelStatistics(Clock clock) {
        this.clock = clock;
        this.secondOnTheClock = secondOnTheClock();
        this.time = new SteadySeconds(clock);
        long now = time.now();
        this.latest = now;
        this.seconds = new SlotRing(60, 1, now);
        this.minutes = new SlotRing(60, MINUTE, now);
        this.tenMinutes = new SlotRing(24 * 6, 10 * MINUTE, now);
        this.hours = new SlotRing(30 * 24, HOUR, now);
    }

    void count() {
        if (secondOnTheClock() != secondOnTheClock) {
            synchronized (lock) {
                advance();
            }
        }
        recent.incrementAndGet();
    }

    /** Returns all counters of one moment, in the order of the reference. */
    Map<String, Long> read() {
        Map<String, Long> windows = new LinkedHashMap<>();
        synchronized (lock) {
            long now = advance();
            windows.put("total", total);
            windows.put("minute", seconds.sum(now, 60));
            windows.put("5_minutes", minutes.sum(now, 5));
            windows.put("15_minutes", minutes.sum(now, 15));
            windows.put("30_minutes", minutes.sum(now, 30));
            windows.put("hour", minutes.sum(now, 60));
            windows.put("day", tenMinutes.sum(now, 24 * 6));
            windows.put("week", hours.sum(now, 7 * 24));
            windows.put("month", hours.sum(now, 30 * 24));
        }
        return windows;
    }

    /** Sorts into the windows what came in until now, and returns the current second. */
    private long advance() {
        int counted = (int) Math.min(recent.getAndSet(0), Integer.MAX_VALUE);
        total += counted;
        seconds.add(latest, counted);
        minutes.add(latest, counted);
        tenMinutes.add(latest, counted);
        hours.add(latest, counted);
        secondOnTheClock = secondOnTheClock();
        latest = time.now();
        return latest;
    }

    private long secondOnTheClock() {
        return Math.floorDiv(clock.millis(), 1000L);
    }
}

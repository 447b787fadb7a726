package org.corewebhook.operations;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** The nine counters of one label, about 4 kB. Thread-safe. */
final class LabelStatistics {

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    private final Object lock = new Object();
    private final SteadySeconds time;
    private final SlotRing seconds;
    private final SlotRing minutes;
    private final SlotRing tenMinutes;
    private final SlotRing hours;
    private long total;

    LabelStatistics(Clock clock) {
        this.time = new SteadySeconds(clock);
        long now = time.now();
        this.seconds = new SlotRing(60, 1, now);
        this.minutes = new SlotRing(60, MINUTE, now);
        this.tenMinutes = new SlotRing(24 * 6, 10 * MINUTE, now);
        this.hours = new SlotRing(30 * 24, HOUR, now);
    }

    void count() {
        synchronized (lock) {
            long now = time.now();
            total++;
            seconds.add(now);
            minutes.add(now);
            tenMinutes.add(now);
            hours.add(now);
        }
    }

    /** Returns all counters of one moment, in the order of the reference. */
    Map<String, Long> read() {
        Map<String, Long> windows = new LinkedHashMap<>();
        synchronized (lock) {
            long now = time.now();
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
}

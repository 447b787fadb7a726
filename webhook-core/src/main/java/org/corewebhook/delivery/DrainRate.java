package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;

/** How quickly events leave, for an honest {@code Retry-After}. Guarded by its owner's lock. */
final class DrainRate {

    private static final long WINDOW_MILLIS = 5000;
    private static final long MIN_MILLIS = 1000;
    private static final Duration MAX = Duration.ofMinutes(5);

    private final Clock clock;
    private long windowBegan;
    private long leftInWindow;
    private double lastPerMilli;

    DrainRate(Clock clock) {
        this.clock = clock;
        this.windowBegan = clock.millis();
    }

    void left(long events) {
        roll();
        leftInWindow += events;
    }

    /** Returns how long so many events take at the present rate, between a second and five minutes. */
    Duration timeFor(long events) {
        roll();
        double present = (double) leftInWindow / (double) Math.max(MIN_MILLIS, clock.millis() - windowBegan);
        double perMilli = lastPerMilli > 0 ? lastPerMilli : present;
        if (perMilli <= 0) {
            return MAX;
        }
        long millis = (long) Math.min((double) events / perMilli, (double) MAX.toMillis());
        return Duration.ofMillis(Math.max(MIN_MILLIS, millis));
    }

    /** Begins a new window when the present one is over; one that ended long ago tells nothing about now. */
    private void roll() {
        long now = clock.millis();
        long elapsed = now - windowBegan;
        if (elapsed >= WINDOW_MILLIS) {
            lastPerMilli = elapsed < 2 * WINDOW_MILLIS ? (double) leftInWindow / (double) elapsed : 0;
            windowBegan = now;
            leftInWindow = 0;
        }
    }
}

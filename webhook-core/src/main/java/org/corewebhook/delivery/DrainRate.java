package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;

/** How quickly a lane gets rid of events, for an honest {@code Retry-After}. Guarded by the lane's lock. */
final class DrainRate {

    private static final long WINDOW_MILLIS = 5000;
    private static final Duration MIN = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofMinutes(5);

    private final Clock clock;
    private long windowBegan;
    private long leftInWindow;
    private double perMilli;

    DrainRate(Clock clock) {
        this.clock = clock;
        this.windowBegan = clock.millis();
    }

    void left(int events) {
        leftInWindow += events;
        roll();
    }

    /** Returns how long so many events take at the present rate, between a second and five minutes. */
    Duration timeFor(long events) {
        roll();
        if (perMilli <= 0) {
            return leftInWindow > 0 ? MIN : MAX;
        }
        long millis = (long) Math.min((double) events / perMilli, (double) MAX.toMillis());
        return Duration.ofMillis(Math.max(MIN.toMillis(), millis));
    }

    private void roll() {
        long now = clock.millis();
        if (now - windowBegan >= WINDOW_MILLIS) {
            perMilli = (double) leftInWindow / (double) (now - windowBegan);
            windowBegan = now;
            leftInWindow = 0;
        }
    }
}

package org.corewebhook.operations;

import java.time.Clock;

/**
 * The seconds of a clock, never running backwards.
 *
 * <p>When somebody sets the clock back, time goes on from the last second that was seen, so that windows neither lose
 * nor keep what they hold. Not thread-safe.
 */
final class SteadySeconds {

    /** Threads that race, and a time service at work, differ by less; correcting for them would make time drift. */
    private static final long TOLERATED_SECONDS = 2;

    private final Clock clock;
    private long latest;
    private long correction;

    SteadySeconds(Clock clock) {
        this.clock = clock;
        this.latest = secondOf(clock);
    }

    /** Returns the current second, not before any that was returned. */
    long now() {
        long second = secondOf(clock) + correction;
        if (second < latest - TOLERATED_SECONDS) {
            correction += latest - second;
        }
        latest = Math.max(latest, second);
        return latest;
    }

    private static long secondOf(Clock clock) {
        return Math.floorDiv(clock.millis(), 1000L);
    }
}

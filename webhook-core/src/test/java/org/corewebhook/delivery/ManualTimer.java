package org.corewebhook.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.corewebhook.TestClock;

/** Runs what is due when the test advances the time. */
final class ManualTimer implements DelayTimer {

    private final TestClock clock;
    private final List<Due> planned = new ArrayList<>();

    ManualTimer(TestClock clock) {
        this.clock = clock;
    }

    private record Due(long millis, Runnable action) {}

    @Override
    public synchronized void after(Duration delay, Runnable action) {
        planned.add(new Due(clock.millis() + delay.toMillis(), action));
    }

    /** Advances the clock and runs what has become due, in order. */
    void advance(Duration time) {
        long end = clock.millis() + time.toMillis();
        Due next = nextUntil(end);
        while (next != null) {
            clock.advance(Duration.ofMillis(Math.max(0, next.millis() - clock.millis())));
            next.action().run();
            next = nextUntil(end);
        }
        clock.advance(Duration.ofMillis(end - clock.millis()));
    }

    private synchronized Due nextUntil(long end) {
        Due next = planned.stream()
                .filter(due -> due.millis() <= end)
                .min(Comparator.comparing(Due::millis))
                .orElse(null);
        planned.remove(next);
        return next;
    }
}

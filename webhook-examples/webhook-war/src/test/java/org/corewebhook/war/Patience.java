package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must come. */
final class Patience {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Patience() {}

    /** A condition that may fail. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void awaitUntil(Condition condition) {
        awaitUntil(PATIENCE, condition);
    }

    static void awaitUntil(Duration patience, Condition condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

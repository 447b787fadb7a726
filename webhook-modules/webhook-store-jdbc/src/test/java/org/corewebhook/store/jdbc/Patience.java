package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must come. */
final class Patience {

    private Patience() {}

    /** A condition that may fail. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void awaitUntil(Condition condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
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

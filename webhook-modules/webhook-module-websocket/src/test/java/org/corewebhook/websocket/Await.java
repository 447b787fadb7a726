package org.corewebhook.websocket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what must come soon. */
final class Await {

    private Await() {}

    /** Returns the value once it is as wanted, or as it is after a minute. */
    static <T> T until(Supplier<T> value, Predicate<T> wanted) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        T now = value.get();
        while (!wanted.test(now) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            now = value.get();
        }
        return now;
    }
}

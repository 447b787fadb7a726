package org.corewebhook.delivery;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs short things later; tests put a timer of their own in its place. */
@FunctionalInterface
interface DelayTimer {

    /** Runs the action once, after the delay, on a thread of the timer; the action must not block. */
    void after(Duration delay, Runnable action);

    /** A timer with one thread of its own. */
    final class Threaded implements DelayTimer, AutoCloseable {

        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, action -> {
            Thread thread = new Thread(action, "webhook-timer");
            thread.setDaemon(true);
            return thread;
        });

        Threaded() {
            executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // lanes catch what their actions throw
        public void after(Duration delay, Runnable action) {
            try {
                executor.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // only after close(): what waits in memory is counted and reported there
                org.slf4j.LoggerFactory.getLogger(DelayTimer.class).debug("Not scheduled any more", e);
            }
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}

package org.corewebhook.delivery;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets senders know what became of their events while the store's thread goes on with the next. Thread-safe. */
final class Answers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(5);

    private final Executor executor;
    private final @Nullable ExecutorService own;

    /** Answers that are not given yet, and one for as long as this is open. */
    private final AtomicLong open = new AtomicLong(1);

    private final CountDownLatch given = new CountDownLatch(1);

    /** Answers on these threads, which the caller ends after this is closed, or on one of its own. */
    Answers(@Nullable Executor threads) {
        if (threads == null) {
            ExecutorService ownThread = Executors.newSingleThreadExecutor(Answers::thread);
            this.own = ownThread;
            this.executor = ownThread;
        } else {
            this.own = null;
            this.executor = threads;
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "webhook-answers");
        thread.setDaemon(true);
        return thread;
    }

    /** Gives the answer soon, or on this thread if the others have come to their end. */
    void give(Runnable answer) {
        open.incrementAndGet();
        try {
            executor.execute(() -> giveNow(answer));
        } catch (RejectedExecutionException e) {
            log.debug("An answer after the end", e);
            giveNow(answer);
        }
    }

    private void giveNow(Runnable answer) {
        try {
            answer.run();
        } finally {
            closeOne();
        }
    }

    private void closeOne() {
        if (open.decrementAndGet() == 0) {
            given.countDown();
        }
    }

    /** Waits until the answers are given, at most five seconds. Call it once, when no more will come. */
    @Override
    public void close() {
        closeOne();
        try {
            if (!given.await(TIME_TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("Some senders were not answered before the end; they will send their events again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.debug("Interrupted while the last senders were answered", e);
        }
        if (own != null) {
            own.shutdown();
        }
    }
}

package org.corewebhook.war;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives answers one after the other on one of the request threads; another goes on with them when an answer is held up,
 * by a sender that does not read or by an observer, or when the thread comes upon a new request. Thread-safe.
 */
final class AnswersInTurn implements Executor {

    private static final Logger log = LoggerFactory.getLogger(AnswersInTurn.class);

    private static final long PATIENCE_MILLIS = 20;

    private final RequestThreads threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Turn> current = new AtomicReference<>();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final Executor afterPatience;

    AnswersInTurn(RequestThreads threads) {
        this.threads = threads;
        this.afterPatience =
                CompletableFuture.delayedExecutor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS, threads::executeElsewhere);
    }

    @Override
    public void execute(Runnable answer) {
        waiting.add(answer);
        if (current.get() == null) {
            begin();
        }
    }

    private void begin() {
        Turn turn = new Turn();
        if (current.compareAndSet(null, turn)) {
            threads.executeElsewhere(turn);
            watch();
        }
    }

    /** Looks after the turn as long as there is one: a few times a second, however many answers there are. */
    private void watch() {
        Turn turn = current.get();
        if (turn != null && watched.compareAndSet(false, true)) {
            long given = turn.given.get();
            afterPatience.execute(() -> {
                if (turn.given.get() == given) {
                    turn.end();
                }
                watched.set(false);
                watch();
            });
        }
    }

    /** To be called by a thread that begins to serve a request: it may take its time from now on. */
    static void handOver() {
        RequestThreads.RequestThread thread = RequestThreads.answering();
        if (thread != null && thread.turn != null) {
            thread.turn.end();
            thread.turn = null;
        }
    }

    /** A thread's work on the answers, until there are none or another has taken over. */
    final class Turn implements Runnable {

        private final AtomicLong given = new AtomicLong();

        @Override
        public void run() {
            RequestThreads.RequestThread thread = (RequestThreads.RequestThread) Thread.currentThread();
            thread.turn = this;
            try {
                for (Runnable answer = next(); answer != null; answer = next()) {
                    give(answer);
                }
            } finally {
                thread.turn = null;
                end();
            }
        }

        private @Nullable Runnable next() {
            while (current.get() == this) {
                Runnable answer = waiting.poll();
                if (answer != null) {
                    return answer;
                }
                current.compareAndSet(this, null);
                if (waiting.isEmpty() || !current.compareAndSet(null, this)) {
                    return null; // what comes from now on begins a turn
                }
            }
            return null;
        }

        private void give(Runnable answer) {
            try {
                answer.run();
            } catch (RuntimeException e) {
                log.error("A sender could not be answered", e);
            }
            given.incrementAndGet();
        }

        /** Leaves what is waiting to another thread. */
        private void end() {
            if (current.compareAndSet(this, null) && !waiting.isEmpty()) {
                begin();
            }
        }
    }
}

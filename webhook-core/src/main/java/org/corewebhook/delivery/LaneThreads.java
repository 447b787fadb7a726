package org.corewebhook.delivery;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of lanes at work: made when a lane needs one, gone after ten idle seconds, capped per connection, so that
 * a slow destination takes none from the others and 100,000 idle endpoints cost none. Thread-safe.
 */
final class LaneThreads implements AutoCloseable {

    private final int maxPerGroup;
    private final ConcurrentHashMap<String, ThreadPoolExecutor> groups = new ConcurrentHashMap<>();

    LaneThreads(int maxPerGroup) {
        this.maxPerGroup = maxPerGroup;
    }

    /** Runs the work on a thread of that group as soon as one is free. */
    void execute(String group, Runnable work) {
        groups.computeIfAbsent(group, this::threads).execute(work);
    }

    /** Interrupts all threads. */
    @Override
    public void close() {
        groups.values().forEach(ThreadPoolExecutor::shutdownNow);
    }

    private ThreadPoolExecutor threads(String group) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                maxPerGroup, maxPerGroup, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "webhook-lane-" + group + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}

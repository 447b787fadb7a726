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

    private static final int MIN_CAP = 16;

    private final ConcurrentHashMap<String, ThreadPoolExecutor> groups = new ConcurrentHashMap<>();

    /**
     * Runs the work on a thread of that group as soon as one is free.
     *
     * @param calls how many calls at once the module likes; the first lane of a group decides its cap
     */
    void execute(String group, int calls, Runnable work) {
        ThreadPoolExecutor threads = groups.get(group);
        if (threads == null) {
            threads = groups.computeIfAbsent(group, name -> threads(name, Math.max(MIN_CAP, calls)));
        }
        threads.execute(work);
    }

    /** Interrupts all threads. */
    @Override
    public void close() {
        groups.values().forEach(ThreadPoolExecutor::shutdownNow);
    }

    private static ThreadPoolExecutor threads(String group, int cap) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(cap, cap, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "webhook-lane-" + group + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}

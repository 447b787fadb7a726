package org.corewebhook.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStoreProvider;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;

/**
 * A bare loop on the store alone: so many producers, each waits until its event is durable; a consumer settles each
 * event soon after. Runs in a process of its own, with the receiver's class path.
 */
public final class StoreLoop {

    private static final String LANE = "bench/lane";

    private final EventStore store;
    private final byte[] body;
    private final int producers;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final ConcurrentLinkedQueue<Long> delivered = new ConcurrentLinkedQueue<>();

    private StoreLoop(EventStore store, int producers, int bodyBytes) {
        this.store = store;
        this.producers = producers;
        this.body = new byte[bodyBytes];
    }

    /** Arguments: the file, producers, bytes of a body, seconds to warm up, seconds to measure. */
    public static void main(String[] arguments) throws Exception {
        int producers = Integer.parseInt(arguments[1]);
        int bodyBytes = Integer.parseInt(arguments[2]);
        String location = "sqlite:" + arguments[0];
        EventStoreProvider provider = ServiceLoader.load(EventStoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.accepts(location))
                .findFirst()
                .orElseThrow();
        try (EventStore store = provider.open(location, Clock.systemUTC())) {
            new StoreLoop(store, producers, bodyBytes).run(Integer.parseInt(arguments[3]));
            System.out.println(new StoreLoop(store, producers, bodyBytes).run(Integer.parseInt(arguments[4])));
        }
    }

    private String run(int seconds) throws InterruptedException {
        List<long[]> latencies = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
            long[] mine = new long[200_000];
            latencies.add(mine);
            threads.add(new Thread(() -> produce(mine)));
        }
        threads.add(new Thread(this::consume));
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        threads.forEach(Thread::start);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
        running.set(false);
        double elapsed = (System.nanoTime() - begin) / 1e9;
        for (Thread thread : threads) {
            thread.join();
        }
        long[] all = latencies.stream()
                .flatMapToLong(Arrays::stream)
                .filter(nanos -> nanos > 0)
                .sorted()
                .toArray();
        return String.format(
                "store alone, %d producers, %d bytes: %,.0f events/s, %.1f us CPU, p50 %.1f ms, p99 %.1f ms",
                producers,
                body.length,
                all.length / elapsed,
                (cpuNanos() - cpu) / 1e3 / all.length,
                all[all.length / 2] / 1e6,
                all[(int) (all.length * 0.99)] / 1e6);
    }

    private void produce(long[] latencies) {
        try {
            for (int i = 0; i < latencies.length && running.get(); i++) {
                long begin = System.nanoTime();
                String id = "018f0000-0000-7000-" + Thread.currentThread().getId() + "-" + i;
                Headers headers = Headers.of("Content-Type", "application/json");
                WebhookEvent event =
                        new WebhookEvent(id, "bench", Clock.systemUTC().instant(), headers, body);
                store.append(event, List.of(LANE), delivered::add);
                latencies[i] = System.nanoTime() - begin;
            }
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private void consume() {
        while (running.get() || !delivered.isEmpty()) {
            List<Settlement> settlements = new ArrayList<>();
            while (settlements.size() < 256 && !delivered.isEmpty()) {
                settlements.add(Settlement.done(delivered.remove(), 0));
            }
            if (settlements.isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            } else {
                store.settle(LANE, settlements, () -> {});
            }
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}

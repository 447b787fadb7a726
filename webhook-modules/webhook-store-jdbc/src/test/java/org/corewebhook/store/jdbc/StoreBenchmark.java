package org.corewebhook.store.jdbc;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;

/**
 * A bare loop on the store alone: so many producers, each waits until its event is durable; a consumer settles each
 * event soon after. Not a test: the module's README says how to run it.
 */
final class StoreBenchmark {

    private static final String LANE = "bench/lane";

    private final EventStore store;
    private final byte[] body;
    private final int producers;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final ConcurrentLinkedQueue<Long> delivered = new ConcurrentLinkedQueue<>();

    private StoreBenchmark(EventStore store, int producers, int bodyBytes) {
        this.store = store;
        this.producers = producers;
        this.body = new byte[bodyBytes];
    }

    /** Arguments: seconds for each measurement; folder of the file, by default a temporary one. */
    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Path parent = arguments.length > 1 ? Path.of(arguments[1]) : Path.of(System.getProperty("java.io.tmpdir"));
        for (int bodyBytes : new int[] {1024, 10_240}) {
            for (int producers : new int[] {1, 64, 512}) {
                Path folder = Files.createTempDirectory(parent, "store-benchmark");
                Path file = folder.resolve("webhooks.db");
                try (EventStore store = new SqliteStoreProvider().open("sqlite:" + file, Clock.systemUTC())) {
                    new StoreBenchmark(store, producers, bodyBytes).run(1);
                    System.out.println(new StoreBenchmark(store, producers, bodyBytes).run(seconds));
                }
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted((a, b) -> b.compareTo(a))
                            .forEach(path -> path.toFile().delete());
                }
            }
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
                "%3d producers, %5d bytes: %,8.0f events/s, p50 %.1f ms, p99 %.1f ms, %.1f us CPU/event",
                producers,
                body.length,
                all.length / elapsed,
                all[all.length / 2] / 1e6,
                all[(int) (all.length * 0.99)] / 1e6,
                (cpuNanos() - cpu) / 1e3 / all.length);
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

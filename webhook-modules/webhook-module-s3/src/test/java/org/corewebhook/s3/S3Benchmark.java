package org.corewebhook.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import software.amazon.awssdk.core.sync.RequestBody;

/** Compares events per second through the module with the bare client; the README says how to run it. */
final class S3Benchmark {

    private static final int WARM_UP = 1_000;
    private static final int SENDERS = 64;
    private static final int BODY_BYTES = 1024;

    private S3Benchmark() {}

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
        try (S3Server server = S3Server.startWithFiles()) {
            for (int round = 1; round <= 3; round++) {
                print(round, "bare client, " + SENDERS + " threads", bare(server, events, SENDERS));
                print(round, "bare client, 16 threads", bare(server, events, 16));
                print(round, "s3", module(server, Map.of(), events));
                print(round, "s3 with batch", module(server, Map.of("batch", Map.of()), events));
            }
        }
    }

    private static void print(int round, String what, double eventsPerSecond) {
        System.out.printf("round %d  %-26s %7.0f events/s%n", round, what, eventsPerSecond);
    }

    private static double module(S3Server server, Map<String, ?> more, int events) throws Exception {
        Map<String, Object> settings = new java.util.HashMap<>(more);
        settings.put("bucket", server.newBucket());
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .connection("objects", server.settings())
                .endpoint(
                        "events",
                        endpoint -> endpoint.module("s3", settings)
                                .set("connection", "objects")
                                .acknowledgeTimeout(Duration.ofMinutes(1))
                                .acknowledge(Acknowledge.DELIVERED))
                .build()) {
            send(processor, WARM_UP);
            long start = System.nanoTime();
            send(processor, events);
            return perSecond(events, start);
        }
    }

    private static void send(WebhookProcessor processor, int events) throws Exception {
        try (Senders senders =
                new Senders(processor, "/webhook/events", BODY_BYTES).start(SENDERS, number -> number < events)) {
            senders.awaitEnd();
            if (senders.accepted() != events) {
                throw new IllegalStateException("Only " + senders.accepted() + " of " + events + " were stored");
            }
        }
    }

    private static double bare(S3Server server, int events, int threads) throws Exception {
        String bucket = server.newBucket();
        put(server, bucket, "warm-up/", WARM_UP, threads);
        long start = System.nanoTime();
        put(server, bucket, "run/", events, threads);
        return perSecond(events, start);
    }

    private static void put(S3Server server, String bucket, String folder, int events, int threads) throws Exception {
        AtomicInteger next = new AtomicInteger();
        byte[] body = new byte[BODY_BYTES];
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(executor.submit(() -> {
                for (int number = next.getAndIncrement(); number < events; number = next.getAndIncrement()) {
                    String key = folder + number;
                    server.client()
                            .putObject(
                                    request -> request.bucket(bucket)
                                            .key(key)
                                            .contentType("application/json")
                                            .ifNoneMatch("*"),
                                    RequestBody.fromBytes(body));
                }
            }));
        }
        for (Future<?> each : running) {
            each.get();
        }
        executor.shutdown();
    }

    private static double perSecond(int events, long startNanos) {
        return events * 1e9 / (System.nanoTime() - startNanos);
    }
}

package org.corewebhook.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;

/** Threads that send webhooks through a processor to a topic and note which of them were answered 200. */
final class Senders implements AutoCloseable {

    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private final WebhookProcessor processor;
    private final ExecutorService threads;
    private final int count;
    private final String padding;
    private final AtomicLong next = new AtomicLong();
    private final Set<Long> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();

    /**
     * Prepares senders that send nothing yet.
     *
     * @param bodyBytes the size of a body
     * @param patience how long a sender waits for its answer
     */
    Senders(Map<String, ?> connection, String topic, int count, int bodyBytes, Duration patience) {
        this.processor = WebhookProcessor.builder()
                .connection("events", connection)
                .endpoint(
                        "orders",
                        endpoint -> endpoint.module("kafka", Map.of("topic", topic))
                                .set("connection", "events")
                                .acknowledgeTimeout(patience)
                                .acknowledge(Acknowledge.DELIVERED))
                .build();
        this.threads = Executors.newFixedThreadPool(count);
        this.count = count;
        this.padding = "x".repeat(bodyBytes - 30);
    }

    /** Sends from all threads until so many events were taken, or until told to stop. */
    List<Future<?>> send(long events, BooleanSupplier stop) {
        long end = next.get() + events;
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            running.add(threads.submit(() -> {
                long number = next.getAndIncrement();
                while (number < end && !stop.getAsBoolean()) {
                    sendOne(number);
                    number = next.getAndIncrement();
                }
                return null;
            }));
        }
        return running;
    }

    private void sendOne(long number) {
        WebhookRequest request = WebhookRequest.post("/webhook/orders")
                .header("Content-Type", "application/json")
                .body(body(number))
                .build();
        if (processor.process(request).status() == 200) {
            accepted.add(number);
        } else {
            refused.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private byte[] body(long number) {
        return ("{\"n\":" + number + ",\"padding\":\"" + padding + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the number in a body that was sent. */
    static long number(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return Long.parseLong(text.substring(text.indexOf(':') + 1, text.indexOf(',')));
    }

    Set<Long> accepted() {
        return accepted;
    }

    long refused() {
        return refused.get();
    }

    static void awaitAll(List<Future<?>> running) throws Exception {
        for (Future<?> each : running) {
            each.get();
        }
    }

    static void await(BooleanSupplier condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Did not happen within " + atMost);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        processor.close();
    }
}

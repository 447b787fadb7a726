package org.corewebhook.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;

/** Many threads that post webhooks to a processor whose only output is a WebSocket. */
final class Senders implements AutoCloseable {

    private final WebhookProcessor processor;
    private final String padding;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();

    /** Sends bodies of about so many bytes and waits so long for each answer. */
    Senders(Map<String, ?> moduleConfig, int bytes, Duration patience) {
        this.padding = "x".repeat(bytes);
        this.processor = WebhookProcessor.builder()
                .endpoint(
                        "orders",
                        endpoint -> endpoint.module("websocket", moduleConfig)
                                .acknowledgeTimeout(patience)
                                .acknowledge(Acknowledge.DELIVERED))
                .build();
    }

    /** Sends from so many threads as long as it is wanted. */
    void sendWhile(int threads, BooleanSupplier wanted) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                senders.add(executor.submit(() -> {
                    while (wanted.getAsBoolean()) {
                        send();
                    }
                }));
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private void send() {
        int number = next.incrementAndGet();
        String body = "{\"n\":" + number + ",\"padding\":\"" + padding + "\"}";
        WebhookRequest request = WebhookRequest.post("/webhook/orders")
                .header("Content-Type", "application/json")
                .body(body)
                .build();
        if (processor.process(request).status() == 200) {
            accepted.add(number);
        } else {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // as a sender would
        }
    }

    /** Returns the numbers of the events that were answered with 200 so far. */
    Set<Integer> accepted() {
        return accepted;
    }

    @Override
    public void close() {
        processor.close();
    }
}

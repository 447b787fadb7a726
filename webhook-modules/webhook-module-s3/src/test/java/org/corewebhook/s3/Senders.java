package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;

/** Senders that post one webhook after another, each with a body of its own, and note which ones were answered 200. */
final class Senders implements AutoCloseable {

    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final WebhookProcessor processor;
    private final String path;
    private final int bodyBytes;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Set<String> acceptedBodies = ConcurrentHashMap.newKeySet();
    private final List<Future<?>> running = new ArrayList<>();
    private final ExecutorService executor = Executors.newCachedThreadPool();

    Senders(WebhookProcessor processor, String path, int bodyBytes) {
        this.processor = processor;
        this.path = path;
        this.bodyBytes = bodyBytes;
    }

    /** Starts so many senders; each goes on as long as the condition holds for the number of its webhook. */
    Senders start(int count, LongPredicate goOn) {
        for (int i = 0; i < count; i++) {
            running.add(executor.submit(() -> send(goOn)));
        }
        return this;
    }

    private void send(LongPredicate goOn) {
        for (long number = next.getAndIncrement(); goOn.test(number); number = next.getAndIncrement()) {
            String body = body(number);
            int status = processor
                    .process(WebhookRequest.post(path)
                            .header("Content-Type", "application/json")
                            .body(body.getBytes(UTF_8))
                            .build())
                    .status();
            if (status == 200) {
                acceptedBodies.add(body.substring(0, 20));
                accepted.incrementAndGet();
            } else {
                refused.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** The first 20 characters tell one body from another. */
    private String body(long number) {
        String head = String.format("{\"n\":%14d,", number);
        return head + "\"pad\":\"" + "x".repeat(Math.max(0, bodyBytes - head.length() - 9)) + "\"}";
    }

    long accepted() {
        return accepted.get();
    }

    long refused() {
        return refused.get();
    }

    /** Returns the first 20 characters of each body that was answered 200. */
    Set<String> acceptedBodies() {
        return acceptedBodies;
    }

    /** Waits until the condition holds and returns how long that took. */
    static Duration await(BooleanSupplier condition, Duration atMost) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > atMost.toNanos()) {
                throw new AssertionError("Has not happened within " + atMost);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    void awaitEnd() throws InterruptedException, ExecutionException {
        for (Future<?> sender : running) {
            sender.get();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

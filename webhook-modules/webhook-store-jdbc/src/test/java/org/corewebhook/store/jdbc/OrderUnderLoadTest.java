package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.corewebhook.EndpointBuilder;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many senders, many workers and a destination that fails at random: nothing is lost, forgotten or overtaken. */
class OrderUnderLoadTest {

    private static final int SENDERS = 16;
    private static final int EVENTS = 100;

    @TempDir
    private Path folder;

    private final Random random = new Random(7);
    private final Map<String, List<Integer>> delivered = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> atOnce = new ConcurrentHashMap<>();
    private final List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
    private volatile int failuresInHundred = 30;

    /** Takes {@code key number} and fails as often as the test says. */
    private final class Flaky implements OutputModule {

        @Override
        public void deliver(WebhookEvent event) throws DeliveryException {
            String[] words = new String(event.body(), StandardCharsets.UTF_8).split(" ", -1);
            AtomicInteger calls = atOnce.computeIfAbsent(words[0], key -> new AtomicInteger());
            if (calls.incrementAndGet() > 1) {
                overlaps.add(words[0]);
            }
            try {
                if (fails()) {
                    throw DeliveryException.retryable("at random", null);
                }
                delivered
                        .computeIfAbsent(words[0], key -> Collections.synchronizedList(new ArrayList<>()))
                        .add(Integer.valueOf(words[1]));
            } finally {
                calls.decrementAndGet();
            }
        }

        @Override
        public int concurrency() {
            return 8;
        }
    }

    @Test
    void keepsTheOrderOfEveryKeyWithManyWorkers() throws Exception {
        sendAll(endpoint -> endpoint.set("ordering_key", Map.of("header", "X-Key")));

        assertThat(overlaps).as("two of one key at once").isEmpty();
        assertThat(delivered).hasSize(SENDERS);
        assertThat(delivered.values())
                .allSatisfy(numbers ->
                        assertThat(numbers).hasSize(EVENTS).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void keepsTheOrderOfAStrictLane() throws Exception {
        failuresInHundred = 5;
        sendAll(endpoint -> endpoint.set("ordering", "strict"));

        assertThat(delivered.values())
                .allSatisfy(numbers ->
                        assertThat(numbers).hasSize(EVENTS).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void deliversEachEventOnceInARelaxedLane() throws Exception {
        sendAll(endpoint -> {});

        assertThat(delivered.values())
                .allSatisfy(numbers -> assertThat(numbers).hasSize(EVENTS).doesNotHaveDuplicates());
    }

    private boolean fails() {
        synchronized (random) {
            return random.nextInt(100) < failuresInHundred;
        }
    }

    private void sendAll(Consumer<EndpointBuilder> ordering) throws InterruptedException {
        Map<String, Object> retry =
                Map.of("enabled", true, "max_attempts", 20, "initial_delay", 0.002, "max_delay", 0.01);
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .store("sqlite:" + folder.resolve("events.db") + "?synchronous=off")
                .endpoint("e", endpoint -> {
                    endpoint.set("data_type", "blob").set("retry", retry).output(new Flaky());
                    ordering.accept(endpoint);
                })
                .build()) {
            List<Thread> senders = new ArrayList<>();
            List<Integer> refused = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < SENDERS; i++) {
                String key = "k" + i;
                Thread sender = new Thread(() -> send(processor, key, refused));
                sender.start();
                senders.add(sender);
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(refused).isEmpty();
            awaitEmpty(processor);
        }
    }

    private static void send(WebhookProcessor processor, String key, List<Integer> refused) {
        for (int i = 0; i < EVENTS; i++) {
            int status = processor
                    .process(WebhookRequest.post("/webhook/e")
                            .header("X-Key", key)
                            .body(key + " " + i)
                            .build())
                    .status();
            if (status != 200) {
                refused.add(status);
            }
        }
    }

    /** A lane that has lost a wake-up stands still: nothing else wakes it. */
    private static void awaitEmpty(WebhookProcessor processor) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (waiting(processor) != 0) {
            assertThat(System.nanoTime()).as("%s wait", waiting(processor)).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static long waiting(WebhookProcessor processor) {
        return processor.health().lanes().stream()
                .mapToLong(ReceiverHealth.LaneHealth::waiting)
                .sum();
    }
}

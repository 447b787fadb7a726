package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.clickhouse.ClickHouseContractTest.shared;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClickHouseOutageTest {

    private static final int SENDERS = 64;

    /** For what must not fail on a machine that is busy with other things. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Delivery goes on within 10 s of the server's return; a machine that is busy with other things takes longer. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final int MEMORY_EVENTS = Integer.getInteger("events", 25_600);

    private static TestServer server;

    @BeforeAll
    static void startAServerToTakeAway() {
        server = TestServer.startOwn();
    }

    @AfterAll
    static void stopIt() {
        server.close();
    }

    @Test
    void everyEventThatWasAnswered200IsInTheTableAfterTheServerWasKilledTwice() throws Exception {
        Set<String> answered = ConcurrentHashMap.newKeySet();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger next = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try (WebhookProcessor processor = processor("outage", Duration.ofSeconds(5))) {
            for (int i = 0; i < SENDERS; i++) {
                Future<?> unused = senders.submit(() -> {
                    while (!stop.get()) {
                        String body = "\"" + next.incrementAndGet() + "\"";
                        if (send(processor, body)) {
                            answered.add(body);
                        } else {
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                        }
                    }
                });
            }
            awaitMoreThan(answered, 200);
            for (int kill = 0; kill < 2; kill++) {
                server.process().kill();
                server.process().restart();
                awaitMoreThan(answered, answered.size() + 200);
            }
            stop.set(true);
            senders.shutdown();
            assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            senders.shutdownNow();
        }

        Set<String> stored = new HashSet<>(Arrays.asList(
                server.text("SELECT payload FROM outage FORMAT TabSeparatedRaw").split("\n", -1)));
        assertThat(stored).hasSizeGreaterThan(600).containsAll(answered);
    }

    @Test
    void aServerThatAcceptsAndStaysSilentIsAFailureWithinTheTimeout() throws Exception {
        try (SharedConnection connection = connection("5s")) {
            OutputModule output = output(connection);
            output.deliver(Events.event("{}"));
            signal("-STOP");
            try {
                for (int bytes : List.of(10, 8 << 20)) {
                    long start = System.nanoTime();
                    DeliveryException failure = output.deliverAll(List.of(Events.event(new byte[bytes])))
                            .get(0)
                            .failure();

                    assertThat(failure).isNotNull().hasMessageContaining("has not answered within 5000 ms");
                    assertThat(failure.isRetryable()).isTrue();
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
                }
            } finally {
                signal("-CONT");
            }
        }
    }

    @Test
    void closingTheConnectionEndsACallThatIsRunning() throws Exception {
        ExecutorService caller = Executors.newSingleThreadExecutor();
        SharedConnection connection = connection("5m");
        OutputModule output = output(connection);
        output.deliver(Events.event("{}"));
        signal("-STOP");
        try {
            Future<DeliveryException> call = caller.submit(
                    () -> output.deliverAll(List.of(Events.event("{}"))).get(0).failure());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            connection.close();

            assertThat(call.get(30, TimeUnit.SECONDS).isRetryable()).isTrue();
        } finally {
            signal("-CONT");
            caller.shutdownNow();
        }
    }

    @Test
    void theHeapDoesNotGrowWithTheNumberOfEvents() throws Exception {
        String body = "\"" + "x".repeat(1022) + "\"";
        try (WebhookProcessor processor = processor("memory", PATIENCE)) {
            sendMany(processor, body);
            long afterTheFirstHalf = usedHeap();
            sendMany(processor, body);

            assertThat(usedHeap()).isLessThan(afterTheFirstHalf * 12 / 10);
        }
        assertThat(server.number("SELECT count() FROM memory")).isEqualTo(MEMORY_EVENTS);
    }

    private static void sendMany(WebhookProcessor processor, String body) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        AtomicInteger left = new AtomicInteger(MEMORY_EVENTS / 2);
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < SENDERS; i++) {
            Future<?> unused = senders.submit(() -> {
                while (left.getAndDecrement() > 0) {
                    if (!send(processor, body)) {
                        refused.incrementAndGet();
                    }
                }
            });
        }
        senders.shutdown();
        assertThat(senders.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
        assertThat(refused).hasValue(0);
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static WebhookProcessor processor(String table, Duration acknowledgeTimeout) {
        return WebhookProcessor.builder()
                .connection("logs", with(acknowledgeTimeout.toSeconds() + "s"))
                .endpoint(
                        "orders",
                        endpoint -> endpoint.module("clickhouse", Map.of("table", table))
                                .set("connection", "logs")
                                .acknowledge(Acknowledge.DELIVERED)
                                .acknowledgeTimeout(acknowledgeTimeout))
                .build();
    }

    private static boolean send(WebhookProcessor processor, String body) {
        WebhookRequest request = WebhookRequest.post("/webhook/orders")
                .header("Content-Type", "application/json")
                .body(body)
                .build();
        return processor.process(request).status() == 200;
    }

    /** Delivery goes on soon, and fast enough. */
    private static void awaitMoreThan(Set<String> answered, int count) {
        int before = answered.size();
        long deadline = System.nanoTime() + RECOVERY.toNanos();
        while (answered.size() <= before && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(answered).as("delivers again within " + RECOVERY).hasSizeGreaterThan(before);
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (answered.size() <= count && System.nanoTime() < patience) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(answered).hasSizeGreaterThan(count);
    }

    private static SharedConnection connection(String timeout) {
        return shared(with(timeout));
    }

    private static Map<String, Object> with(String timeout) {
        Map<String, Object> settings = new LinkedHashMap<>(server.connectionSettings());
        settings.put("timeout", timeout);
        return settings;
    }

    private static OutputModule output(SharedConnection connection) {
        return new ClickHouseOutputProvider().create(Settings.of(Map.of("table", "silent")), connection);
    }

    private static void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "kill", signal, String.valueOf(server.process().pid()))
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}

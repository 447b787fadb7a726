package org.corewebhook.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What happens when the broker goes away, says nothing or raises an alarm. */
class RabbitMqOutageTest {

    private static final int SENDERS = 64;
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    /** Delivery goes on within 10 s of the broker's return; a machine that is busy with other things takes longer. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final Duration REFUSED_SENDER_WAITS = Duration.ofMillis(20);
    private static final RabbitServer server = RabbitServer.start();

    private final String queue = RabbitServer.newName("outage");

    @AfterAll
    static void stopTheBroker() {
        server.close();
    }

    @Test
    void killedTwiceThenEveryEventAnswered200IsInTheQueueAndDeliveryResumesSoon() throws Exception {
        server.declareForGood(queue);
        try (WebhookProcessor processor = processor()) {
            Set<String> accepted = ConcurrentHashMap.newKeySet();
            AtomicInteger next = new AtomicInteger();
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                running.add(senders.submit(() -> {
                    while (!stop.get()) {
                        String body = "{\"n\":" + next.incrementAndGet() + "}";
                        if (processor.process(post(body)).status() == 200) {
                            accepted.add(body);
                        } else {
                            LockSupport.parkNanos(REFUSED_SENDER_WAITS.toNanos());
                        }
                    }
                }));
            }
            try {
                awaitMore(accepted, 200);
                for (int outage = 0; outage < 2; outage++) {
                    server.kill();
                    server.restart();
                    long back = System.nanoTime();
                    awaitMore(accepted, 200);
                    assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(RECOVERY);
                }
            } finally {
                stop.set(true);
                senders.shutdown();
            }
            for (Future<?> sender : running) {
                sender.get(30, TimeUnit.SECONDS);
            }

            Set<String> found = new HashSet<>();
            server.drain(queue).forEach(message -> found.add(new String(message.getBody(), UTF_8)));
            Set<String> lost = new HashSet<>(accepted);
            lost.removeAll(found);
            assertThat(lost).isEmpty();
        }
    }

    @Test
    void brokerThatSaysNothingThenCallsEndInTimeAndTheNextOneWorksAgain() throws Exception {
        try (SharedConnection connection = server.connection()) {
            OutputModule module = module(connection, Map.of("queue_name", queue, "timeout", "2s"));
            RabbitServer.await(() -> delivers(module), "the first delivery");

            server.signal("STOP");
            try {
                // The first waits for a confirmation, the second for a connection, the third in a full socket.
                assertFailsInTime(module, new byte[2]);
                assertFailsInTime(module, new byte[2]);
            } finally {
                server.signal("CONT");
            }
            RabbitServer.await(() -> delivers(module), "the broker to work again");

            server.signal("STOP");
            try {
                assertFailsInTime(module, new byte[10 << 20]);
                long start = System.nanoTime();
                connection.close();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            } finally {
                server.signal("CONT");
            }
        }
    }

    @Test
    void closeWhileABrokerSaysNothingThenTheRunningCallEndsSoon() throws Exception {
        // Without its short heartbeat the connection does not end by itself before the test gives up.
        Map<String, Object> settings = server.connectionSettings(Map.of("heartbeat", 0, "timeout", "1m"));
        try (SharedConnection connection = RabbitServer.connection(settings)) {
            OutputModule module = module(connection, Map.of("queue_name", queue, "timeout", "60s"));
            module.deliver(Events.event("1"));
            server.signal("STOP");
            ExecutorService caller = Executors.newSingleThreadExecutor();
            try {
                Future<DeliveryException> call = caller.submit(() -> failure(module, new byte[2]));
                assertThat(call.isDone()).isFalse();
                module.close();
                connection.close();

                assertThat(call.get(30, TimeUnit.SECONDS).isRetryable()).isTrue();
            } finally {
                caller.shutdown();
                server.signal("CONT");
            }
        }
    }

    @Test
    void memoryAlarmThenCallsFailAtOnceWithTheReasonAndWorkAgainAfterwards() throws Exception {
        try (SharedConnection connection = server.connection()) {
            OutputModule module = module(connection, Map.of("queue_name", queue, "timeout", "2s"));
            RabbitServer.await(() -> delivers(module), "the first delivery");

            server.control("set_vm_memory_high_watermark", "absolute", "1MB");
            RabbitServer.await(() -> isTurnedAwayByTheAlarm(module), "the alarm");
            server.control("set_vm_memory_high_watermark", "absolute", "512MB");

            RabbitServer.await(() -> delivers(module), "the end of the alarm");
        }
    }

    private WebhookProcessor processor() {
        Map<String, Object> broker = server.connectionSettings(Map.of("type", "rabbitmq"));
        return WebhookProcessor.builder()
                .connection("broker", broker)
                .endpoint(
                        "orders",
                        endpoint -> endpoint.module("rabbitmq", Map.of("queue_name", queue))
                                .set("connection", "broker")
                                .acknowledge(Acknowledge.DELIVERED))
                .build();
    }

    private static WebhookRequest post(String body) {
        return WebhookRequest.post("/webhook/orders")
                .header("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static void awaitMore(Set<String> accepted, int count) {
        int before = accepted.size();
        RabbitServer.await(() -> accepted.size() >= before + count, count + " more accepted events");
    }

    private static OutputModule module(SharedConnection connection, Map<String, ?> settings) {
        return new RabbitMqProvider().create(Settings.of(settings), connection);
    }

    private static void assertFailsInTime(OutputModule module, byte[] body) {
        long start = System.nanoTime();
        DeliveryException failure = failure(module, body);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(module.timeout().plus(TOLERANCE));
        assertThat(failure.isRetryable()).isTrue();
    }

    private static DeliveryException failure(OutputModule module, byte[] body) {
        return Objects.requireNonNull(outcome(module, body).failure(), "failure");
    }

    /** The broker looks at its memory now and then only: until it does, it takes what comes. */
    private static boolean isTurnedAwayByTheAlarm(OutputModule module) {
        DeliveryException failure = outcome(module, new byte[2]).failure();
        return failure != null && String.valueOf(failure.getMessage()).contains("takes no messages now");
    }

    private static boolean delivers(OutputModule module) {
        return outcome(module, new byte[2]).failure() == null;
    }

    private static DeliveryOutcome outcome(OutputModule module, byte[] body) {
        return module.deliverAll(List.of(Events.event(body))).get(0);
    }
}

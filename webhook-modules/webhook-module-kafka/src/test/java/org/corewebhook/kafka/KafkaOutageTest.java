package org.corewebhook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A broker that is killed, or alive and silent. */
class KafkaOutageTest {

    /** Delivery goes on within 10 s of the broker's return; a machine that is busy with other things takes longer. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static KafkaBroker broker;

    @BeforeAll
    static void startABroker() {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    @Test
    void everythingAnswered200IsThereWhenTheBrokerWasKilledTwice() throws Exception {
        String topic = broker.newTopic();
        AtomicBoolean stop = new AtomicBoolean();
        try (Senders senders = new Senders(connection(), topic, 64, 1024, Duration.ofSeconds(5))) {
            List<Future<?>> running = senders.send(Long.MAX_VALUE / 2, stop::get);
            awaitMoreAccepted(senders, 500, Duration.ofSeconds(30));
            for (int outage = 0; outage < 2; outage++) {
                broker.process().kill();
                long refusedBefore = senders.refused();
                Senders.await(() -> senders.refused() > refusedBefore + 64, Duration.ofSeconds(30));
                broker.process().restart();
                awaitMoreAccepted(senders, 1, RECOVERY);
                awaitMoreAccepted(senders, 500, Duration.ofSeconds(30));
            }
            stop.set(true);
            Senders.awaitAll(running);

            Set<Long> received = new HashSet<>();
            broker.records(topic).forEach(record -> received.add(Senders.number(record.value())));
            assertThat(received).containsAll(senders.accepted());
        }
    }

    @Test
    void aSilentBrokerHoldsNoCallLongerThanTheTimeoutAndDeliveryGoesOnWhenItSpeaksAgain() throws Exception {
        String topic = broker.newTopic();
        try (SharedConnection connection = shortConnection();
                OutputModule output = output(topic, connection)) {
            deliverEventually(output);
            signal("STOP");
            try {
                long start = System.nanoTime();
                List<DeliveryOutcome> outcomes = output.deliverAll(Events.numbered(20));
                Duration took = Duration.ofNanos(System.nanoTime() - start);

                assertThat(outcomes)
                        .hasSize(20)
                        .allSatisfy(outcome ->
                                assertThat(outcome.failure().isRetryable()).isTrue());
                assertThat(took).isLessThan(output.timeout().plusSeconds(10));
            } finally {
                signal("CONT");
            }

            deliverEventually(output);
        }
    }

    @Test
    void closingTheOutputEndsACallThatWaitsForASilentBroker() throws Exception {
        assertThatCallEndsWhen((output, connection) -> output.close());
    }

    @Test
    void closingTheConnectionEndsACallThatWaitsForASilentBroker() throws Exception {
        assertThatCallEndsWhen((output, connection) -> connection.close());
    }

    @FunctionalInterface
    private interface Closing {
        void close(OutputModule output, SharedConnection connection);
    }

    private static void assertThatCallEndsWhen(Closing closing) throws Exception {
        String topic = broker.newTopic();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (SharedConnection connection = broker.connection();
                OutputModule output = output(topic, connection)) {
            output.deliver(Events.event("{}"));
            signal("STOP");
            try {
                Future<List<DeliveryOutcome>> call = thread.submit(() -> output.deliverAll(Events.numbered(3)));
                Senders.await(() -> waiting(KafkaOutput.class), Duration.ofSeconds(30));

                long start = System.nanoTime();
                closing.close(output, connection);
                List<DeliveryOutcome> outcomes = call.get(30, TimeUnit.SECONDS);

                // Far less than the call would take by itself.
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
                assertThat(outcomes)
                        .hasSize(3)
                        .allSatisfy(outcome ->
                                assertThat(outcome.failure().isRetryable()).isTrue());
            } finally {
                signal("CONT");
            }
        } finally {
            thread.shutdownNow();
        }
    }

    private static boolean waiting(Class<?> caller) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getState() != Thread.State.RUNNABLE)
                .flatMap(thread -> List.of(thread.getValue()).stream())
                .anyMatch(frame -> frame.getClassName().equals(caller.getName()));
    }

    private static void awaitMoreAccepted(Senders senders, int more, Duration atMost) {
        int before = senders.accepted().size();
        Senders.await(() -> senders.accepted().size() >= before + more, atMost);
    }

    private static Map<String, ?> connection() {
        return Map.of("type", "kafka", "bootstrap_servers", broker.address());
    }

    /** A call of the short connection has 600 ms to find the topic, which a busy machine may not keep. */
    private static void deliverEventually(OutputModule output) {
        Senders.await(
                () -> output.deliverAll(List.of(Events.event("{}"))).get(0).failure() == null, Duration.ofSeconds(60));
    }

    private static SharedConnection shortConnection() {
        return TestConnections.connection(Map.of("bootstrap_servers", broker.address(), "timeout", "3s"));
    }

    private static OutputModule output(String topic, SharedConnection connection) {
        return new KafkaOutputProvider().create(Settings.of(Map.of("topic", topic)), connection);
    }

    private static void signal(String name) throws Exception {
        Process kill = new ProcessBuilder(
                        "kill", "-" + name, String.valueOf(broker.process().pid()))
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}

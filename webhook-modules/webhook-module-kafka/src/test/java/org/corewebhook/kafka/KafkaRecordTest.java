package org.corewebhook.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives in a real broker. */
class KafkaRecordTest {

    private final KafkaBroker broker = KafkaBroker.shared();
    private final List<SharedConnection> connections = new ArrayList<>();

    @AfterEach
    void closeTheConnections() {
        connections.forEach(SharedConnection::close);
    }

    @Test
    void carriesTheEventIdAndTheTimeOfReceiptAndNothingElseByDefault() throws Exception {
        String topic = broker.newTopic();
        WebhookEvent event = Events.event("{\"id\":7}");

        output(Map.of("topic", topic)).deliver(event);

        ConsumerRecord<byte[], byte[]> record = broker.records(topic).get(0);
        assertThat(record.key()).isNull();
        assertThat(record.timestamp()).isEqualTo(event.receivedAt().toEpochMilli());
        assertThat(headers(record)).containsExactly("webhook-event-id=" + event.id());
    }

    @Test
    void carriesTheHeadersOfTheRequestWhenAskedButNoOtherEventId() throws Exception {
        String topic = broker.newTopic();
        WebhookEvent event = Events.event(
                Headers.of(
                        "X-Tag",
                        "one",
                        "Content-Type",
                        "text/plain",
                        "x-tag",
                        "zw\u00f6lf",
                        "Webhook-Event-Id",
                        "forged"),
                new byte[] {1});

        output(Map.of("topic", topic, "forward_headers", true)).deliver(event);

        assertThat(headers(broker.records(topic).get(0)))
                .containsExactly(
                        "webhook-event-id=" + event.id(), "x-tag=one", "content-type=text/plain", "x-tag=zw\u00f6lf");
    }

    @Test
    void hasTheKeyThatThePayloadHoldsAndGoesToThePartitionOfThatKey() throws Exception {
        String topic = broker.newTopic(4, Map.of());
        OutputModule output = output(Map.of("topic", topic, "key", "/order/id"));
        List<WebhookEvent> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            events.add(Events.event("{\"order\":{\"id\":\"o" + i % 8 + "\"},\"n\":" + i + "}"));
        }

        assertThat(output.deliverAll(events)).containsOnly(DeliveryOutcome.delivered());

        Map<String, Integer> partitions = new HashMap<>();
        assertThat(broker.records(topic)).hasSize(40).allSatisfy(record -> {
            String key = new String(record.key(), UTF_8);
            assertThat(new String(record.value(), UTF_8)).contains("\"" + key + "\"");
            Integer before = partitions.putIfAbsent(key, record.partition());
            assertThat(before == null || before == record.partition()).isTrue();
        });
        assertThat(partitions.keySet()).hasSize(8);
    }

    @Test
    void goesToTheConfiguredPartition() throws Exception {
        String topic = broker.newTopic(4, Map.of());

        output(Map.of("topic", topic, "key", "constant", "partition", 3)).deliverAll(Events.numbered(10));

        assertThat(broker.records(topic)).hasSize(10).allSatisfy(record -> {
            assertThat(record.partition()).isEqualTo(3);
            assertThat(record.key()).isEqualTo("constant".getBytes(UTF_8));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void arrivesUnchangedWithEachCompression(String compression) throws Exception {
        String topic = broker.newTopic();
        byte[] body = "{\"repeated\":\"text\"}".repeat(1000).getBytes(UTF_8);
        SharedConnection connection =
                connection(Map.of("bootstrap_servers", broker.address(), "timeout", "1m", "compression", compression));

        output(Map.of("topic", topic), connection).deliver(Events.event(body));

        assertThat(broker.records(topic))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isEqualTo(body));
    }

    @Test
    void isReadByAnIndependentClient() throws Exception {
        String topic = broker.newTopic();
        WebhookEvent event = Events.event("{\"order\": {\"id\": \"\u00e9\"}}");

        output(Map.of("topic", topic, "key", "/order/id")).deliver(event);

        assertThat(kcat(topic))
                .isEqualTo(event.receivedAt().toEpochMilli() + "|\u00e9|webhook-event-id=" + event.id()
                        + "|{\"order\": {\"id\": \"\u00e9\"}}");
    }

    @Test
    void failsInSecondsAndNamesTheTopicWhenThereIsNoneAndArrivesWhenItHasBeenMade() throws Exception {
        String topic = "later-" + UUID.randomUUID();
        OutputModule output = output(
                Map.of("topic", topic), connection(Map.of("bootstrap_servers", broker.address(), "timeout", "20s")));

        long start = System.nanoTime();
        List<DeliveryOutcome> outcomes = output.deliverAll(Events.numbered(500));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(took).isLessThan(Duration.ofSeconds(30));
        assertThat(outcomes).hasSize(500).allSatisfy(outcome -> {
            assertThat(outcome.failure().isRetryable()).isTrue();
            assertThat(outcome.failure()).hasMessageContaining(topic + " not present");
        });

        broker.newTopic(topic, 1, Map.of());
        output.deliver(Events.event("{}"));

        assertThat(broker.records(topic)).hasSize(1);
    }

    @Test
    void failsRetryablyWhenThereIsNoSuchPartition() {
        OutputModule output = output(Map.of("topic", broker.newTopic(), "partition", 9));

        DeliveryException failure =
                catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("{}")));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("artition 9");
    }

    @Test
    void refusedRecordsDoNotTakeTheOthersOfTheirBatchWithThem() throws Exception {
        String topic = broker.newTopic(1, Map.of("cleanup.policy", "compact"));
        OutputModule output = output(Map.of("topic", topic, "key", "/id"));
        List<WebhookEvent> events =
                List.of(Events.event("{\"id\":1}"), Events.event("{\"no\":\"key\"}"), Events.event("{\"id\":3}"));

        List<DeliveryOutcome> outcomes = output.deliverAll(events);

        assertThat(outcomes.get(1).failure().isRetryable()).isFalse();
        assertThat(List.of(outcomes.get(0), outcomes.get(2)))
                .allSatisfy(outcome -> assertThat(
                                outcome.failure() == null || outcome.failure().isRetryable())
                        .isTrue());
        assertThat(output.deliverAll(List.of(events.get(0), events.get(2)))).containsOnly(DeliveryOutcome.delivered());
    }

    @Test
    void recordsThatAreTooLargeDoNotTakeTheOthersOfTheirBatchWithThem() throws Exception {
        String topic = broker.newTopic(1, Map.of("max.message.bytes", "2000"));
        List<WebhookEvent> events = new ArrayList<>(Events.numbered(50));
        events.add(25, Events.event(new byte[5000]));

        List<DeliveryOutcome> outcomes = output(Map.of("topic", topic)).deliverAll(events);

        assertThat(outcomes.get(25).failure().isRetryable()).isFalse();
        assertThat(outcomes.stream().filter(outcome -> outcome.failure() == null))
                .hasSize(50);
        assertThat(broker.records(topic)).hasSize(50);
    }

    private OutputModule output(Map<String, ?> moduleConfig) {
        return output(moduleConfig, connection(Map.of("bootstrap_servers", broker.address(), "timeout", "1m")));
    }

    private static OutputModule output(Map<String, ?> moduleConfig, SharedConnection connection) {
        return new KafkaOutputProvider().create(Settings.of(moduleConfig), connection);
    }

    private SharedConnection connection(Map<String, ?> settings) {
        SharedConnection connection = TestConnections.connection(settings);
        connections.add(connection);
        return connection;
    }

    private String kcat(String topic) throws Exception {
        Path kcat = TestPrograms.find("kcat", "apt-get install -y kcat");
        Process process = new ProcessBuilder(
                        kcat.toString(), "-C", "-q", "-e", "-b", broker.address(), "-t", topic, "-f", "%T|%k|%h|%s")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(header.key() + "=" + new String(header.value(), UTF_8));
        }
        return headers;
    }
}

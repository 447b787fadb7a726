package org.corewebhook.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {

    private static final String SECRET = "s3cret-marker";

    @Test
    void hasTheseDefaults() {
        KafkaConnectionOptions options = KafkaConnectionOptions.read(Settings.of(Map.of("type", "kafka")));

        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.producer())
                .contains(
                        entry("bootstrap.servers", List.of("localhost:9092")),
                        entry("acks", "all"),
                        entry("enable.idempotence", true),
                        entry("compression.type", "none"),
                        entry("linger.ms", 0L),
                        entry("max.block.ms", 2000),
                        entry("request.timeout.ms", 3000),
                        entry("delivery.timeout.ms", 6000))
                .doesNotContainKey("client.id");
        assertThat(options).hasToString("Kafka at [localhost:9092]");
    }

    @Test
    void takesServersAsOneTextOrAsAList() {
        List<String> expected = List.of("a.example:9092", "b.example:9093");

        assertThat(servers("a.example:9092, b.example:9093,")).isEqualTo(expected);
        assertThat(servers(List.of("a.example:9092", "b.example:9093"))).isEqualTo(expected);
    }

    @Test
    void passesOnWhatKafkaKnowsOfSecurityAndOtherPropertiesOfTheProducer() {
        Settings settings = Settings.of(Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                SECRET,
                "sasl.login.refresh.buffer.seconds",
                60,
                "properties",
                Map.of("ssl.truststore.location", "/etc/ssl/kafka.p12", "ssl.of.a.plugin", "x", "batch.size", 65536)));

        KafkaConnectionOptions options = KafkaConnectionOptions.read(settings);

        assertThat(settings.problems()).isEmpty();
        assertThat(options.producer())
                .contains(
                        entry("security.protocol", "SASL_SSL"),
                        entry("sasl.mechanism", "SCRAM-SHA-512"),
                        entry("sasl.jaas.config", SECRET),
                        entry("sasl.login.refresh.buffer.seconds", "60"),
                        entry("ssl.truststore.location", "/etc/ssl/kafka.p12"),
                        entry("ssl.of.a.plugin", "x"),
                        entry("batch.size", "65536"));
        assertThat(options.toString()).doesNotContain(SECRET);
    }

    @Test
    void reportsAllMistakesOfAConnectionTogetherAndNoSecret() {
        Settings settings = Settings.of(Map.of(
                "bootstrap_servers",
                " , ",
                "compression",
                SECRET,
                "linger_ms",
                1000,
                "timeout",
                "1ms",
                "client_id",
                7,
                "security.protocol",
                SECRET,
                "sasl.login.refresh.window.factor",
                SECRET,
                "ssl.truststore.type",
                List.of(SECRET),
                "properties",
                Map.of(
                        "acks",
                        "1",
                        "btach.size",
                        "1",
                        "buffer.memory",
                        SECRET,
                        "sasl.login.connect.timeout.ms",
                        SECRET)));

        new KafkaConnectionProvider().prepare(settings);

        assertThat(settings.problems())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "/bootstrap_servers",
                        "/compression",
                        "/linger_ms",
                        "/timeout",
                        "/client_id",
                        "/security.protocol",
                        "/sasl.login.refresh.window.factor",
                        "/ssl.truststore.type",
                        "/properties",
                        "/properties",
                        "/properties",
                        "/properties");
        assertThat(settings.problems().toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "a-b_c.D9", "..a", "aa"})
    void takesNamesOfTopics(String topic) {
        assertThat(problems(Map.of("topic", topic))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a", "..", "'a b'", "a/b", "caf\u00e9", "a:b", "'orders\n'"})
    void refusesOtherNamesOfTopics(String topic) {
        assertThat(problems(Map.of("topic", topic)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/topic"));
    }

    @Test
    void refusesTopicsThatAreTooLongOrMissing() {
        assertThat(problems(Map.of("topic", "a".repeat(249)))).isEmpty();
        assertThat(problems(Map.of("topic", "a".repeat(250)))).hasSize(1);
        assertThat(problems(Map.of()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).isEqualTo("Is missing"));
    }

    @Test
    void takesTheTopicOfTheModuleAndElseThatOfTheEndpoint() {
        assertThat(topic(Map.of("topic", "outer", "module-config", Map.of("topic", "inner"))))
                .isEqualTo("inner");
        assertThat(topic(Map.of("topic", "outer", "module-config", Map.of()))).isEqualTo("outer");
    }

    @Test
    void takesTheExampleOfTheReadme(@TempDir Path folder) throws IOException {
        List<String> examples = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(example -> example.group(1))
                .toList();
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), examples.get(0));
        Path connections = Files.writeString(folder.resolve("connections.json"), examples.get(1));

        try (WebhookProcessor processor = WebhookProcessor.builder()
                .files(webhooks, connections)
                .environment(name -> SECRET)
                .build()) {
            assertThat(processor.configuration().problems()).isEmpty();
        }
    }

    private static Object servers(Object value) {
        return KafkaConnectionOptions.read(Settings.of(Map.of("bootstrap_servers", value)))
                .producer()
                .get("bootstrap.servers");
    }

    private static List<Problem> problems(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        KafkaOutputOptions.read(settings);
        return settings.problems();
    }

    private static String topic(Map<String, ?> endpoint) {
        return KafkaOutputOptions.read(Settings.of(endpoint).object("module-config"))
                .topic();
    }
}

package org.corewebhook.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.rabbitmq.RabbitMqOptions.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitMqOptionsTest {

    @ParameterizedTest
    @ValueSource(strings = {"orders", "a", "Orders-1_x.y:z", "getaway", "publisher.x", "-x", "amqp.x"})
    void queueNameThatTheReferenceTakesIsTaken(String name) {
        Settings settings = Settings.of(Map.of("queue_name", name));

        assertThat(RabbitMqOptions.read(settings).route()).isEqualTo(new Route("", name, true, Map.of()));
        assertThat(settings.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a..b", "a--b", "amq.x", "get_x", "Publish.x", "bind-x", "é"})
    void queueNameThatTheReferenceRefusesIsAProblem(String name) {
        Settings settings = Settings.of(Map.of("queue_name", name));

        RabbitMqOptions.read(settings);

        assertThat(settings.problems()).extracting(Problem::path).containsExactly("/queue_name");
    }

    @Test
    void neitherQueueNorExchangeIsAProblem() {
        Settings settings = Settings.of(Map.of());

        RabbitMqOptions.read(settings);

        assertThat(settings.problems()).hasSize(1);
    }

    @Test
    void exchangeWithSettingsOfAQueueIsAProblemForEach() {
        Settings settings =
                Settings.of(Map.of("exchange", "e", "queue_name", "q", "queue_type", "quorum", "declare", true));

        RabbitMqOptions.read(settings);

        assertThat(settings.problems()).hasSize(3);
    }

    @Test
    void connectionHasTheDefaultsOfTheReference() {
        Settings settings = Settings.of(Map.of("host", "localhost"));

        BrokerOptions options = BrokerOptions.read(settings);

        assertThat(settings.problems()).isEmpty();
        assertThat(options.port()).isEqualTo(5672);
        assertThat(options.user()).isEqualTo("guest");
        assertThat(options.password().matches("guest")).isTrue();
        assertThat(options.vhost()).isEqualTo("/");
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(BrokerOptions.read(Settings.of(Map.of("host", "h", "ssl", "true")))
                        .port())
                .isEqualTo(5671);
    }

    @Test
    void connectionWithMistakesReportsAllWithoutTheSecret() {
        Settings settings = Settings.of(Map.of(
                "host", "amqp://u:hidden-1@h/", "port", 0, "pass", "hidden-2", "password", "hidden-3", "vhost", ""));

        BrokerOptions options = BrokerOptions.read(settings);

        assertThat(settings.problems()).hasSize(4);
        assertThat(settings.problems().toString()).doesNotContain("hidden");
        assertThat(options.password().toString()).isEqualTo("***");
    }

    @Test
    void samplesOfTheReadmeLoadWithoutAProblem(@TempDir Path folder) throws Exception {
        List<String> samples = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(sample -> sample.group(1))
                .toList();
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), samples.get(0));
        Path connections = Files.writeString(folder.resolve("connections.json"), samples.get(1));

        try (WebhookProcessor processor = WebhookProcessor.builder()
                .files(webhooks, connections)
                .environment(name -> "value-of-" + name)
                .build()) {
            assertThat(processor.configuration().problems()).isEmpty();
        }
    }
}

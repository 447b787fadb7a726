package org.corewebhook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample in the README of the Python original, with the server and the topic pointed at the test's. */
class SeedSampleTest {

    private static final String SAMPLE = """
            {
                "kafka_events": {
                    "data_type": "json",
                    "module": "kafka",
                    "topic": "webhook_events",
                    "connection": "kafka_local",
                    "module-config": {
                        "key": "event_key",
                        "forward_headers": true
                    },
                    "authorization": "Bearer kafka_secret"
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void deliversToTheTopic() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        String topic = broker.newTopic();
        // With time for a busy machine: how long the sender waits is not what the sample shows.
        String webhooks = SAMPLE.replace("\"webhook_events\"", '"' + topic + '"')
                .replace("\"data_type\"", "\"acknowledge_timeout\": \"1m\", \"data_type\"");
        Map<String, ?> connection = Map.of("type", "kafka", "bootstrap_servers", broker.address(), "timeout", "1m");
        try (WebhookProcessor processor = processor(webhooks, Map.of("kafka_local", connection))) {
            WebhookRequest request = WebhookRequest.post("/webhook/kafka_events")
                    .header("Authorization", "Bearer kafka_secret")
                    .header("X-Event", "push")
                    .body("{\"n\": 1 }")
                    .build();
            assertThat(processor.process(request).status()).isEqualTo(200);
        }
        assertThat(broker.records(topic)).singleElement().satisfies(record -> {
            assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("{\"n\": 1 }");
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("event_key");
            assertThat(record.headers().lastHeader("x-event").value())
                    .isEqualTo("push".getBytes(StandardCharsets.UTF_8));
            assertThat(record.headers().lastHeader("authorization")).isNull();
        });
    }

    private WebhookProcessor processor(String webhooks, Map<String, ?> connections) throws Exception {
        Path webhooksFile = Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Path connectionsFile = folder.resolve("connections.json");
        Files.writeString(connectionsFile, new ObjectMapper().writeValueAsString(connections));
        return WebhookProcessor.builder().files(webhooksFile, connectionsFile).build();
    }
}

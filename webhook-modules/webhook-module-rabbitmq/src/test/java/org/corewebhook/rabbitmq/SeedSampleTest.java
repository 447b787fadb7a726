package org.corewebhook.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.testkit.SignedRequests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample in the README of the Python original, with host, port and queue pointed at the test's. */
class SeedSampleTest {

    private static final String SAMPLE = """
            {
                "fully_secured": {
                    "data_type": "json",
                    "module": "rabbitmq",
                    "queue_name": "secure_queue",
                    "connection": "rabbitmq_local",
                    "authorization": "Bearer super_secret",
                    "hmac": {
                        "secret": "hmac_secret_key",
                        "header": "X-HMAC-Signature",
                        "algorithm": "sha256"
                    },
                    "ip_whitelist": [
                        "203.0.113.0"
                    ]
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void deliversToTheQueue() throws Exception {
        RabbitServer server = RabbitServer.shared();
        String queue = RabbitServer.newName("secure_queue");
        // With time for a busy machine: how long the sender waits is not what the sample shows.
        String webhooks = SAMPLE.replace("\"secure_queue\"", '"' + queue + '"')
                .replace("\"data_type\"", "\"acknowledge_timeout\": \"1m\", \"data_type\"");
        byte[] body = "{\"n\": 1 }".getBytes(StandardCharsets.UTF_8);
        Map<String, ?> broker = server.connectionSettings(Map.of("type", "rabbitmq", "timeout", "1m"));
        try (WebhookProcessor processor = processor(webhooks, Map.of("rabbitmq_local", broker))) {
            WebhookRequest request = SignedRequests.hmacHex(
                            "/webhook/fully_secured", body, "X-HMAC-Signature", "sha256", "hmac_secret_key")
                    .header("Authorization", "Bearer super_secret")
                    .remoteAddress("203.0.113.0")
                    .build();
            assertThat(processor.process(request).status()).isEqualTo(200);
        }
        assertThat(server.amqpGet(queue)).isEqualTo(body);
    }

    private WebhookProcessor processor(String webhooks, Map<String, ?> connections) throws Exception {
        Path webhooksFile = Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Path connectionsFile = folder.resolve("connections.json");
        Files.writeString(connectionsFile, new ObjectMapper().writeValueAsString(connections));
        return WebhookProcessor.builder().files(webhooksFile, connectionsFile).build();
    }
}

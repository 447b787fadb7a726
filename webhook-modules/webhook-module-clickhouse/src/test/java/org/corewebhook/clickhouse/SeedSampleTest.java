package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample in the README of the Python original, with host, port and table pointed at the test's. */
class SeedSampleTest {

    private static final String SAMPLE = """
            {
                "clickhouse_webhook": {
                    "data_type": "json",
                    "module": "clickhouse",
                    "connection": "clickhouse_local",
                    "module-config": {
                        "table": "webhook_logs",
                        "include_headers": true,
                        "include_timestamp": true
                    },
                    "authorization": "Bearer clickhouse_secret"
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void deliversToTheTable() throws Exception {
        TestServer server = TestServer.shared();
        String table = TestServer.newName("webhook_logs");
        // With time for a busy machine: how long the sender waits is not what the sample shows.
        String webhooks = SAMPLE.replace("\"webhook_logs\"", '"' + table + '"')
                .replace("\"data_type\"", "\"acknowledge_timeout\": \"1m\", \"data_type\"");
        Map<String, Object> connection = new HashMap<>(server.connectionSettings());
        connection.put("timeout", "1m");
        try (WebhookProcessor processor = processor(webhooks, Map.of("clickhouse_local", connection))) {
            WebhookRequest request = WebhookRequest.post("/webhook/clickhouse_webhook")
                    .header("Authorization", "Bearer clickhouse_secret")
                    .body("{\"n\": 1 }")
                    .build();
            assertThat(processor.process(request).status()).isEqualTo(200);
        }
        assertThat(server.text("SELECT webhook_id, payload FROM " + table).strip())
                .isEqualTo("clickhouse_webhook\t{\"n\": 1 }");
    }

    private WebhookProcessor processor(String webhooks, Map<String, ?> connections) throws Exception {
        Path webhooksFile = Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Path connectionsFile = folder.resolve("connections.json");
        Files.writeString(connectionsFile, new ObjectMapper().writeValueAsString(connections));
        return WebhookProcessor.builder().files(webhooksFile, connectionsFile).build();
    }
}

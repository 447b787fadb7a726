package org.corewebhook.s3;

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

/** The sample in the README of the Python original, with endpoint and bucket pointed at the test's. */
class SeedSampleTest {

    private static final String SAMPLE = """
            {
                "s3_archival": {
                    "data_type": "json",
                    "module": "s3",
                    "connection": "s3_storage",
                    "module-config": {
                        "bucket": "my-webhook-bucket",
                        "prefix": "webhooks/archive",
                        "filename_pattern": "webhook_{timestamp}_{uuid}.json",
                        "include_headers": true
                    },
                    "authorization": "Bearer s3_secret"
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void deliversToTheBucket() throws Exception {
        S3Server server = S3Server.shared();
        String bucket = server.newBucket();
        // With time for a busy machine: how long the sender waits is not what the sample shows.
        String webhooks = SAMPLE.replace("my-webhook-bucket", bucket)
                .replace("\"data_type\"", "\"acknowledge_timeout\": \"1m\", \"data_type\"");
        try (WebhookProcessor processor = processor(webhooks, Map.of("s3_storage", server.settings()))) {
            WebhookRequest request = WebhookRequest.post("/webhook/s3_archival")
                    .header("Authorization", "Bearer s3_secret")
                    .body("{\"n\": 1 }")
                    .build();
            assertThat(processor.process(request).status()).isEqualTo(200);
        }
        assertThat(server.keys(bucket)).singleElement().satisfies(key -> {
            assertThat(key)
                    .matches("webhooks/archive/\\d{4}/\\d\\d/\\d\\d/\\d\\d/webhook_[0-9T.Z-]+_[0-9a-f-]{36}\\.json");
            assertThat(server.bytes(bucket, key)).isEqualTo("{\"n\": 1 }".getBytes(StandardCharsets.UTF_8));
        });
    }

    private WebhookProcessor processor(String webhooks, Map<String, ?> connections) throws Exception {
        Path webhooksFile = Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Path connectionsFile = folder.resolve("connections.json");
        Files.writeString(connectionsFile, new ObjectMapper().writeValueAsString(connections));
        return WebhookProcessor.builder().files(webhooksFile, connectionsFile).build();
    }
}

package org.corewebhook.websocket;

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

/** The sample in the README of the Python original, with the URL pointed at the test's. */
class SeedSampleTest {

    private static final String SAMPLE = """
            {
                "websocket_realtime": {
                    "data_type": "json",
                    "module": "websocket",
                    "module-config": {
                        "url": "ws://localhost:8080/webhooks",
                        "format": "json",
                        "include_headers": true,
                        "wait_for_response": false,
                        "timeout": 10,
                        "max_retries": 3
                    },
                    "authorization": "Bearer ws_secret"
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void deliversToTheServer() throws Exception {
        Peer peer = Peer.shared();
        String channel = Peer.newChannel();
        // With time for a busy machine: how long the sender waits is not what the sample shows.
        String webhooks = SAMPLE.replace("ws://localhost:8080/webhooks", peer.url(channel))
                .replace("\"data_type\"", "\"acknowledge_timeout\": \"1m\", \"data_type\"");
        try (WebhookProcessor processor = processor(webhooks, Map.of())) {
            WebhookRequest request = WebhookRequest.post("/webhook/websocket_realtime")
                    .header("Authorization", "Bearer ws_secret")
                    .header("X-Event", "push")
                    .body("{\"n\": 1 }")
                    .build();
            assertThat(processor.process(request).status()).isEqualTo(200);
        }
        assertThat(peer.messages(channel))
                .singleElement()
                .satisfies(message -> assertThat(new String(message.bytes(), StandardCharsets.UTF_8))
                        .isEqualTo("{\"payload\":{\"n\": 1 },\"headers\":{\"x-event\":\"push\"}}"));
    }

    private WebhookProcessor processor(String webhooks, Map<String, ?> connections) throws Exception {
        Path webhooksFile = Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Path connectionsFile = folder.resolve("connections.json");
        Files.writeString(connectionsFile, new ObjectMapper().writeValueAsString(connections));
        return WebhookProcessor.builder().files(webhooksFile, connectionsFile).build();
    }
}

package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.signature.remote.FakeServer;
import org.corewebhook.testkit.RecordingOutputModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The validators as a receiver finds them by their keys, and the answers that senders get. */
@Timeout(60)
class ReceiverTest {

    @Test
    void aRefusalCarriesTheChallenge() {
        try (WebhookProcessor processor = processor(
                "digest_auth",
                Map.of("username", "u", "password", "p", "server_nonce", true),
                new RecordingOutputModule())) {
            WebhookResponse response = processor.process(post().build());

            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers().first("WWW-Authenticate")).startsWith("Digest realm=\"Webhook API\"");
        }
    }

    @Test
    void troubleWithAnotherServerIsA503ThatMayBeRepeated() {
        try (FakeServer down = FakeServer.answering(500, "");
                WebhookProcessor processor = processor(
                        "oauth2",
                        Map.of("introspection_endpoint", down.uri("/").toString()),
                        new RecordingOutputModule())) {
            WebhookResponse response = processor.process(
                    post().header("Authorization", "Bearer t0p").build());

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.headers().first("Retry-After")).isEqualTo("5");
            assertThat(response.text()).doesNotContain("127.0.0.1").doesNotContain("t0p");
        }
    }

    @Test
    void aConsumedCredentialIsNotDelivered() {
        RecordingOutputModule output = new RecordingOutputModule();
        try (WebhookProcessor processor = processor("oauth2", Map.of("jwt_secret", Tokens.SECRET), output)) {
            WebhookResponse response = processor.process(post().header("Authorization", "Bearer " + Tokens.hs256("{}"))
                    .header("X-Event", "push")
                    .build());

            assertThat(response.status()).isEqualTo(200);
            assertThat(output.events()).singleElement().satisfies(event -> {
                assertThat(event.headers().count("Authorization")).isZero();
                assertThat(event.headers().first("X-Event")).isEqualTo("push");
            });
        }
    }

    @Test
    void aPayloadThatDoesNotFitIsA422() {
        try (WebhookProcessor processor =
                processor("json_schema", Map.of("required", java.util.List.of("event")), new RecordingOutputModule())) {
            assertThat(processor.process(post().build()).status()).isEqualTo(422);
            assertThat(processor
                            .process(WebhookRequest.post("/webhook/a")
                                    .body("{\"event\":1}")
                                    .build())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void emptySettingsCloseAnEndpointInsteadOfOpeningIt(@TempDir Path folder) throws IOException {
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), """
                {"d": {"module": "log", "digest_auth": {}}, "o": {"module": "log", "oauth1": {}},
                 "p": {"module": "log", "oauth2": {}}, "r": {"module": "log", "recaptcha": {}},
                 "s": {"module": "log", "json_schema": {}},
                 "t": {"module": "log", "oauth2": {"jwt_secret": "{$NOT_SET_ANYWHERE}"}},
                 "u": {"module": "log", "oauth1": {"consumer_key": "a", "consumer_secret": "b", "verify_nonces": false}}}
                """);
        try (WebhookProcessor processor = WebhookProcessor.fromFiles(webhooks, null)) {
            for (String id : java.util.List.of("d", "o", "p", "r", "s", "t", "u")) {
                WebhookResponse response = processor.process(
                        WebhookRequest.post("/webhook/" + id).body("{}").build());
                assertThat(response.status()).as(id).isEqualTo(503);
            }
        }
    }

    private static WebhookProcessor processor(String key, Object own, RecordingOutputModule output) {
        return WebhookProcessor.builder()
                .endpoint("a", e -> e.set(key, own).output(output))
                .build();
    }

    private static WebhookRequest.Builder post() {
        return WebhookRequest.post("/webhook/a").body("{}");
    }
}

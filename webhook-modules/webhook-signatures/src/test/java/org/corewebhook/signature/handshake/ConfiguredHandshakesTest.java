package org.corewebhook.signature.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handshakes of endpoints as they stand in {@code webhooks.json}, proven by the real verifiers. */
class ConfiguredHandshakesTest {

    private static final String SLACK =
            "{\"token\":\"Jhj5dZrVaK7ZwHHjRyZWjbDl\",\"challenge\":\"3eZbrw1aBm2r\",\"type\":\"url_verification\"}";

    private final List<WebhookEvent> events = new ArrayList<>();
    private final WebhookProcessor processor = WebhookProcessor.builder()
            .endpoint(
                    "slack",
                    e -> e.set("signature", Map.of("scheme", "slack", "secret", "s3cret"))
                            .output(events::add))
            .endpoint(
                    "x",
                    e -> e.set("signature", Map.of("scheme", "x", "secret", "zoomsecret"))
                            .output(events::add))
            .endpoint(
                    "meta",
                    e -> e.set(
                                    "signature",
                                    Map.of(
                                            "scheme",
                                            "meta",
                                            "secret",
                                            "s3cret",
                                            "parameters",
                                            Map.of("verify_token", "meatyhamhock")))
                            .output(events::add))
            .endpoint(
                    "either",
                    e -> e.set(
                                    "signature",
                                    List.of(
                                            Map.of("scheme", "github", "secret", "g"),
                                            Map.of("scheme", "slack", "secret", "s3cret")))
                            .output(events::add))
            .build();

    @AfterEach
    void close() {
        processor.close();
    }

    @Test
    void areAnsweredIfTheSignatureHoldsAndAreNoEvents() {
        for (String id : List.of("slack", "either")) {
            WebhookResponse answer = slack(id, SLACK, "s3cret");

            assertThat(answer.status()).as(id).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("3eZbrw1aBm2r");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void areRefusedLikeEveryOtherRequestIfTheSignatureDoesNotHold() {
        WebhookResponse challenge = slack("slack", SLACK, "another");
        WebhookResponse event = slack("slack", "{}", "another");

        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.text()).isEqualTo(event.text());
        assertThat(slack("slack", "{}", "s3cret").status()).isEqualTo(200);
        assertThat(events).hasSize(1);
    }

    @Test
    void areAnsweredForTheMethodsOfTheirSenderOnly() {
        assertThat(get("/webhook/x?crc_token=MDk2N2ExNWU").text())
                .isEqualTo("{\"response_token\":\"sha256=9s3ZOpiolooi/4oADsOCusaiK71gGCJH01mZo/3ADmg=\"}");
        assertThat(get("/webhook/meta?hub.mode=subscribe&hub.challenge=11&hub.verify_token=meatyhamhock")
                        .text())
                .isEqualTo("11");
        assertThat(get("/webhook/meta?hub.mode=subscribe&hub.challenge=11&hub.verify_token=guessed")
                        .status())
                .isEqualTo(401);
        assertThat(get("/webhook/slack?challenge=abc").status()).isEqualTo(405);
    }

    private WebhookResponse slack(String id, String body, String secret) {
        String now = String.valueOf(System.currentTimeMillis() / 1000);
        byte[] message = ("v0:" + now + ":" + body).getBytes(StandardCharsets.UTF_8);
        return processor.process(WebhookRequest.post("/webhook/" + id)
                .header("X-Slack-Request-Timestamp", now)
                .header(
                        "X-Slack-Signature",
                        "v0=" + HexFormat.of().formatHex(AnswerKey.sign(Secret.of(secret), message)))
                .body(body)
                .build());
    }

    private WebhookResponse get(String pathAndQuery) {
        return processor.process(WebhookRequest.builder("GET", pathAndQuery).build());
    }
}

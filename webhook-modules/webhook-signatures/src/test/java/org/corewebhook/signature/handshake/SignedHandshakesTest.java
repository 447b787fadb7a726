package org.corewebhook.signature.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.handshake.TestHandshakes.post;
import static org.corewebhook.signature.handshake.TestHandshakes.signed;
import static org.corewebhook.signature.handshake.TestHandshakes.text;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenges that their sender signs: Slack, Zoom, Twitch, Discord. */
class SignedHandshakesTest {

    private static final String SLACK = "{\"token\":\"Jhj5dZrVaK7ZwHHjRyZWjbDl\",\"challenge\":"
            + "\"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P\",\"type\":\"url_verification\"}";
    private static final String ZOOM = "{\"payload\":{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\"},"
            + "\"event_ts\":1654503849680,\"event\":\"endpoint.url_validation\"}";
    private static final String TWITCH = "{\"challenge\":\"pogchamp-kappa-360noscope-vohiyo\",\"subscription\":"
            + "{\"id\":\"f1c2a387-161a-49f9-a165-0f21d7a4e1c4\",\"status\":\"webhook_callback_verification_pending\","
            + "\"type\":\"channel.follow\"}}";
    private static final String[] TWITCH_TYPE = {"Twitch-Eventsub-Message-Type", "webhook_callback_verification"};
    private static final String DISCORD_PING =
            "{\"application_id\":\"1\",\"id\":\"2\",\"token\":\"t\",\"type\":1,\"version\":1}";
    private static final String[] DISCORD_SIGNATURE = {"X-Signature-Ed25519", "00"};

    private final TestHandshakes handshakes = new TestHandshakes();
    private final Handshake slack = handshakes.of("slack", Map.of());
    private final Handshake zoom = handshakes.of("zoom", Map.of());
    private final Handshake twitch = handshakes.of("twitch", Map.of());
    private final Handshake discord = handshakes.of("discord", Map.of());

    @Test
    void slackGetsItsChallengeAsPlainText() {
        assertThat(text(slack.answer(signed(SLACK))))
                .isEqualTo("200 text/plain; charset=utf-8 3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
    }

    @Test
    void slacksEventsAreNoHandshakesWhateverTheySay() {
        assertThat(slack.answer(signed("{\"type\":\"event_callback\",\"text\":\"url_verification\"}")))
                .isNull();
        assertThat(slack.answer(signed("[" + SLACK + "]"))).isNull();
        assertThat(slack.answer(signed(SLACK + SLACK))).isNull();
        assertThat(slack.answer(signed(SLACK.replace("{\"token", "{\"type\":\"event_callback\",\"token"))))
                .as("a name that occurs twice")
                .isNull();
        assertThat(slack.answer(TestHandshakes.ask("GET", "/webhook/a"))).isNull();
    }

    /** The published answer is that of signatures/vectors.json, challenge-zoom. */
    @Test
    void zoomGetsItsTokenAndTheHashOfIt() {
        assertThat(text(zoom.answer(zoomRequest(ZOOM, "zoomsecret"))))
                .isEqualTo("200 application/json {\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":"
                        + "\"83b2a60d4bbe49dc93763ed9e727a9a7690cbe4c1f8bb0adc0ffccd09ecb1384\"}");
    }

    @Test
    void zoomGetsItsAnswerUnderTheKeyThatItSignedWith() {
        Handshake rotating = new ZoomUrlValidation(
                java.util.List.of(Secret.of("newsecret"), Secret.of("zoomsecret")), TestHandshakes::isSigned);

        assertThat(text(rotating.answer(zoomRequest(ZOOM, "zoomsecret")))).contains("83b2a60d4bbe49dc93763ed9");
        assertThat(text(rotating.answer(zoomRequest(ZOOM, "newsecret")))).doesNotContain("83b2a60d4bbe49dc93763ed9");
        assertThat(text(rotating.answer(zoomRequest(ZOOM, "another")))).startsWith("401 ");
    }

    /** Zoom signs {@code v0:timestamp:body}: whoever gets the hash of such a text can send events in Zoom's name. */
    @ParameterizedTest
    @ValueSource(strings = {"v0:1654503849:{}", "a.b", "", "a b", "{}"})
    void zoomsKeySignsNothingThatCouldBeAnEvent(String token) {
        WebhookRequest request = zoomRequest(ZOOM.replace("qgg8vlvZRS6UYooatFL8Aw", token), "zoomsecret");

        assertThat(text(zoom.answer(request))).startsWith("400 ").doesNotContain("encryptedToken");
    }

    @Test
    void twitchGetsItsRawChallenge() {
        assertThat(text(twitch.answer(signed(TWITCH, TWITCH_TYPE))))
                .isEqualTo("200 text/plain; charset=utf-8 pogchamp-kappa-360noscope-vohiyo");
        assertThat(twitch.answer(signed(TWITCH, "Twitch-Eventsub-Message-Type", "notification")))
                .isNull();
        assertThat(twitch.answer(signed(TWITCH, "Twitch-Eventsub-Message-Type", "revocation")))
                .isNull();
    }

    @Test
    void discordGetsAPongForAnInteractionAndNoContentForAWebhookEvent() {
        assertThat(text(discord.answer(signed(DISCORD_PING, DISCORD_SIGNATURE))))
                .isEqualTo("200 application/json {\"type\":1}");
        String eventPing = "{\"version\":1,\"application_id\":\"1\",\"type\":0}";
        assertThat(text(discord.answer(signed(eventPing, DISCORD_SIGNATURE)))).startsWith("204 ");
    }

    @Test
    void discordsEventsAndCommandsAreNoPings() {
        String event = "{\"version\":1,\"type\":1,\"event\":{\"type\":\"ENTITLEMENT_CREATE\"}}";
        assertThat(discord.answer(signed(event, DISCORD_SIGNATURE))).isNull();
        assertThat(discord.answer(signed("{\"type\":2,\"data\":{\"type\":1}}", DISCORD_SIGNATURE)))
                .isNull();
        assertThat(discord.answer(signed("{\"type\":\"1\"}", DISCORD_SIGNATURE)))
                .isNull();
        assertThat(discord.answer(signed(DISCORD_PING))).isNull();
    }

    @Test
    void nobodyIsAnsweredWhoDidNotSign() {
        assertThat(slack.answer(post(SLACK))).isNull();
        assertThat(zoom.answer(post(ZOOM))).isNull();
        assertThat(twitch.answer(post(TWITCH, TWITCH_TYPE))).isNull();
        assertThat(discord.answer(post(DISCORD_PING, DISCORD_SIGNATURE))).isNull();
    }

    private static WebhookRequest zoomRequest(String body, String secret) {
        byte[] message = ("v0:1654503849:" + body).getBytes(StandardCharsets.UTF_8);
        String signature = HexFormat.of().formatHex(AnswerKey.sign(Secret.of(secret), message));
        return signed(body, "x-zm-signature", "v0=" + signature, "x-zm-request-timestamp", "1654503849");
    }
}

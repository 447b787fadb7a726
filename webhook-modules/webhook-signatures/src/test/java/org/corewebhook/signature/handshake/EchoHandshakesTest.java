package org.corewebhook.signature.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.handshake.TestHandshakes.ask;
import static org.corewebhook.signature.handshake.TestHandshakes.post;
import static org.corewebhook.signature.handshake.TestHandshakes.text;

import java.util.List;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.spi.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenges that nobody signs: Meta, X, Microsoft Graph, Event Grid, Dropbox, Okta, Trello. */
class EchoHandshakesTest {

    private static final String META =
            "/webhook/a?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock";
    private static final String EVENT_GRID = "[{\"id\":\"2d1781af-3a4c-4d7c-bd0c-e34b19da4e66\",\"topic\":"
            + "\"/subscriptions/xxx/topics/mine\",\"subject\":\"\",\"data\":{\"validationCode\":"
            + "\"512d38b6-c7b8-40c8-89fe-f46f9e9622b6\",\"validationUrl\":\"https://rp-eastus2.eventgrid.azure.net/x\"},"
            + "\"eventType\":\"Microsoft.EventGrid.SubscriptionValidationEvent\",\"dataVersion\":\"1\"}]";

    private final TestHandshakes handshakes = new TestHandshakes();
    private final Handshake meta = handshakes.of("meta", Map.of("verify_token", "meatyhamhock"));
    private final Handshake x = handshakes.of("x", Map.of());
    private final Handshake graph = handshakes.of("microsoft-graph", Map.of());
    private final Handshake eventGrid = handshakes.of("azure-event-grid", Map.of());
    private final Handshake dropbox = handshakes.of("dropbox", Map.of());
    private final Handshake okta = handshakes.of("okta", Map.of());
    private final Handshake trello = handshakes.of("trello", Map.of());

    @Test
    void metaGetsItsChallengeForTheVerifyToken() {
        assertThat(text(meta.answer(ask("GET", META)))).isEqualTo("200 text/plain; charset=utf-8 1158201444");
    }

    @Test
    void metaGetsNothingForAnotherTokenNoneOrTwo() {
        assertThat(text(meta.answer(ask("GET", META.replace("meaty", "salty")))))
                .startsWith("401 ");
        assertThat(text(meta.answer(ask("GET", META + "&hub.verify_token=meatyhamhock"))))
                .startsWith("401 ");
        assertThat(text(meta.answer(ask("GET", "/webhook/a?hub.mode=subscribe&hub.challenge=1"))))
                .startsWith("401 ");
        assertThat(meta.answer(ask("GET", META.replace("=subscribe", "=unsubscribe"))))
                .isNull();
        assertThat(meta.answer(ask("POST", META))).isNull();
        assertThat(handshakes.maybe("meta", Map.of())).isNull();
        assertThat(handshakes.maybe("meta", Map.of("verify_token", " "))).isNull();
    }

    @Test
    void aVerifyTokenIsNeverShown() {
        assertThat(meta).asString().doesNotContain("meatyhamhock");
        assertThat(text(meta.answer(ask("GET", META.replace("meaty", "salty")))))
                .doesNotContain("hamhock");
    }

    /** Computed with {@code printf %s MDk2N2ExNWU | openssl dgst -sha256 -hmac zoomsecret -binary | base64}. */
    @Test
    void xGetsTheHashOfItsToken() {
        assertThat(text(x.answer(ask("GET", "/webhook/a?crc_token=MDk2N2ExNWU&nonce=MTM1"))))
                .isEqualTo(
                        "200 application/json {\"response_token\":\"sha256=9s3ZOpiolooi/4oADsOCusaiK71gGCJH01mZo/3ADmg=\"}");
        assertThat(x.answer(ask("POST", "/webhook/a?crc_token=MDk2N2ExNWU"))).isNull();
        assertThat(x.answer(ask("GET", "/webhook/a"))).isNull();
        assertThat(x.answer(ask("GET", "/webhook/a?crc_token=MDk2N2ExNWU&crc_token=MDk2N2ExNWU")))
                .isNull();
    }

    /** X signs the bare body under the same key: whoever gets the hash of one can send it in X's name. */
    @ParameterizedTest
    @ValueSource(
            strings = {"12345678", "%7B%7D", "%22aaaaaaaa%22", "1e1000000", "true", "%5B1,2,3,4%5D", "-1234567", ""})
    void xsKeySignsNothingThatCouldBeABody(String token) {
        assertThat(text(x.answer(ask("GET", "/webhook/a?crc_token=" + token))))
                .startsWith("400 ")
                .doesNotContain("sha256=");
    }

    @Test
    void graphGetsItsDecodedTokenAsPlainText() {
        String sentence = "Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+"
                + "522a8e7e-096a-494c-aaf1-ac0dcfca45b7";
        assertThat(text(graph.answer(ask("POST", "/webhook/a?validationToken=" + sentence))))
                .isEqualTo("200 text/plain; charset=utf-8 Validation: Testing client application reachability for "
                        + "subscription Request-Id: 522a8e7e-096a-494c-aaf1-ac0dcfca45b7");
        assertThat(graph.answer(ask("GET", "/webhook/a?validationToken=abc"))).isNull();
        assertThat(graph.answer(ask("POST", "/webhook/a"))).isNull();
    }

    @Test
    void eventGridGetsItsCode() {
        assertThat(text(eventGrid.answer(post(EVENT_GRID, "aeg-event-type", "SubscriptionValidation"))))
                .isEqualTo("200 application/json {\"validationResponse\":\"512d38b6-c7b8-40c8-89fe-f46f9e9622b6\"}");
        assertThat(eventGrid.answer(post("[" + EVENT_GRID + "," + EVENT_GRID + "]")))
                .isNull();
        assertThat(eventGrid.answer(post(EVENT_GRID.replace("\"eventType\"", "\"text\""))))
                .isNull();
    }

    @Test
    void eventGridIsRefusedForAnotherTopicThanTheConfiguredOne() {
        Handshake mine = handshakes.of("azure-event-grid", Map.of("topic", "/Subscriptions/xxx/topics/mine"));
        assertThat(text(mine.answer(post(EVENT_GRID)))).startsWith("200 ");
        assertThat(text(mine.answer(post(EVENT_GRID.replace("mine", "theirs")))))
                .startsWith("401 ");
    }

    @Test
    void eventGridMayAlsoAskAsCloudEventsDo() {
        assertThat(text(eventGrid.answer(
                        ask("OPTIONS", "/webhook/a", "WebHook-Request-Origin", "eventgrid.azure.net"))))
                .startsWith("200 ");
        assertThat(text(eventGrid.answer(ask("OPTIONS", "/webhook/a", "WebHook-Request-Origin", "evil.example"))))
                .startsWith("403 ");
    }

    @Test
    void dropboxGetsItsChallenge() {
        assertThat(text(dropbox.answer(ask("GET", "/webhook/a?challenge=dGVzdC1jaGFsbGVuZ2U"))))
                .isEqualTo("200 text/plain; charset=utf-8 dGVzdC1jaGFsbGVuZ2U");
        assertThat(dropbox.answer(ask("POST", "/webhook/a?challenge=abc"))).isNull();
    }

    @Test
    void oktaGetsItsChallengeAsJson() {
        assertThat(text(okta.answer(ask("GET", "/webhook/a", "x-okta-verification-challenge", "Kp2-x_7"))))
                .isEqualTo("200 application/json {\"verification\":\"Kp2-x_7\"}");
        assertThat(okta.answer(ask("GET", "/webhook/a"))).isNull();
        assertThat(okta.answer(ask("POST", "/webhook/a", "x-okta-verification-challenge", "Kp2-x_7")))
                .isNull();
    }

    @Test
    void trelloGetsAnEmptyAnswerToItsHead() {
        assertThat(text(trello.answer(ask("HEAD", "/webhook/a")))).isEqualTo("200 text/plain; charset=utf-8 ");
        assertThat(trello.answer(ask("GET", "/webhook/a"))).isNull();
    }

    @Test
    void sendersWithoutAHandshakeHaveNone() {
        assertThat(handshakes.maybe("github", Map.of())).isNull();
        assertThat(handshakes.maybe("no-such-scheme", Map.of())).isNull();
        assertThat(Handshakes.parameterNames("github")).isEmpty();
        assertThat(Handshakes.parameterNames("meta")).containsExactly("verify_token");
        HandshakeContext keyless =
                new HandshakeContext(List.of(), Map.of(), request -> true, java.time.Clock.systemUTC());
        assertThat(Handshakes.forScheme("x", keyless, url -> 200)).isNull();
    }

    @Test
    void aContextNamesItsParametersAndShowsNoneOfTheirValues() {
        HandshakeContext context = new HandshakeContext(
                List.of(Secret.of("s3cret")),
                Map.of("verify_token", "meatyhamhock"),
                request -> true,
                java.time.Clock.systemUTC());
        assertThat(context).asString().contains("verify_token").doesNotContain("meatyhamhock", "s3cret");
    }
}

package org.corewebhook.signature.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What somebody would like us to show in a browser, write into a header, keep in memory or sign. */
class HostileChallengeTest {

    private static final Map<String, String> HOSTILE = Map.of(
            "markup", "<script>alert(1)</script>",
            "a header", "a\r\nSet-Cookie: session=1",
            "1 MB", "a".repeat(1 << 20),
            "257 characters", "a".repeat(257),
            "nothing", "",
            "JSON", "{\"type\":\"admin\"}",
            "letters of another script", "пароль",
            "a zero", "a\u0000b");

    private static final TestHandshakes HANDSHAKES = new TestHandshakes();

    /** How each scheme is asked to show something. */
    private static final Map<String, Function<String, WebhookRequest>> QUESTIONS = Map.ofEntries(
            Map.entry("slack", it -> signed("{\"type\":\"url_verification\",\"challenge\":" + quoted(it) + "}")),
            Map.entry("zoom", HostileChallengeTest::zoom),
            Map.entry("twitch", it -> signed("{\"challenge\":" + quoted(it) + "}")),
            Map.entry("meta", it -> get("?hub.mode=subscribe&hub.verify_token=token&hub.challenge=" + encoded(it))),
            Map.entry("x", it -> get("?crc_token=" + encoded(it))),
            Map.entry(
                    "microsoft-graph",
                    it -> WebhookRequest.post("/webhook/a?validationToken=" + encoded(it))
                            .build()),
            Map.entry(
                    "azure-event-grid",
                    it -> signed("[{\"eventType\":\"Microsoft.EventGrid.SubscriptionValidationEvent\","
                            + "\"data\":{\"validationCode\":" + quoted(it) + "}}]")),
            Map.entry("dropbox", it -> get("?challenge=" + encoded(it))),
            Map.entry(
                    "okta",
                    it -> WebhookRequest.builder("GET", "/webhook/a")
                            .header("X-Okta-Verification-Challenge", it)
                            .build()),
            Map.entry(
                    "cloudevents",
                    it -> WebhookRequest.builder("OPTIONS", "/webhook/a")
                            .header("WebHook-Request-Origin", it)
                            .build()),
            Map.entry("websub", it -> get("?hub.mode=subscribe&hub.topic=topic&hub.challenge=" + encoded(it))));

    private static final Map<String, String> PARAMETERS =
            Map.of("verify_token", "token", "topic", "topic", "allowed_origins", "origin.example");

    static Stream<Arguments> allSchemesAndHostileTexts() {
        List<Arguments> all = new ArrayList<>();
        QUESTIONS.keySet().forEach(scheme -> HOSTILE.keySet().forEach(kind -> all.add(Arguments.of(scheme, kind))));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("allSchemesAndHostileTexts")
    void isNeverShownNorSigned(String scheme, String kind) {
        String text = HOSTILE.get(kind);
        WebhookResponse answer = ask(scheme, text);

        if (answer != null) {
            assertThat(answer.status()).isBetween(400, 499);
            assertShowsNothingOf(text, answer);
        }
    }

    @Property(tries = 300)
    void nothingOutsideTheAlphabetIsEverShown(@ForAll String text) {
        for (String scheme : QUESTIONS.keySet()) {
            WebhookResponse answer = ask(scheme, text);
            if (answer != null && answer.status() == 200) {
                assertThat(text).as(scheme).matches("[A-Za-z0-9._~+/=: -]{1,256}");
            }
        }
    }

    private static WebhookResponse ask(String scheme, String text) {
        Map<String, String> parameters = scheme.equals("azure-event-grid") ? Map.of() : PARAMETERS;
        Handshake handshake = HANDSHAKES.of(scheme, parameters);
        return handshake.answer(QUESTIONS.get(scheme).apply(text));
    }

    private static void assertShowsNothingOf(String text, WebhookResponse answer) {
        assertThat(answer.text()).doesNotContain("script", "Set-Cookie", "admin", "sha256=", "encryptedToken");
        assertThat(answer.body().length).isLessThan(300);
        for (Headers.Header header : answer.headers()) {
            assertThat(header.value()).doesNotContain("\r", "\n", "script", "Cookie");
        }
        assertThat(text.length() > 300 && answer.text().contains(text)).isFalse();
    }

    private static WebhookRequest get(String query) {
        return WebhookRequest.builder("GET", "/webhook/a" + query).build();
    }

    private static WebhookRequest signed(String body) {
        return TestHandshakes.signed(body, "Twitch-Eventsub-Message-Type", "webhook_callback_verification");
    }

    private static WebhookRequest zoom(String text) {
        String body = "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":" + quoted(text) + "}}";
        byte[] message = ("v0:1:" + body).getBytes(StandardCharsets.UTF_8);
        String signature = HexFormat.of().formatHex(AnswerKey.sign(Secret.of("zoomsecret"), message));
        return TestHandshakes.signed(body, "x-zm-signature", "v0=" + signature, "x-zm-request-timestamp", "1");
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

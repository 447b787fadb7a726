package org.corewebhook.signature.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.corewebhook.signature.handshake.TestHandshakes.SNS_QUERY;
import static org.corewebhook.signature.handshake.TestHandshakes.SNS_TOPIC;
import static org.corewebhook.signature.handshake.TestHandshakes.SNS_URL;
import static org.corewebhook.signature.handshake.TestHandshakes.ask;
import static org.corewebhook.signature.handshake.TestHandshakes.post;
import static org.corewebhook.signature.handshake.TestHandshakes.signed;
import static org.corewebhook.signature.handshake.TestHandshakes.text;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.corewebhook.Headers;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions that are confirmed: Amazon SNS, CloudEvents, WebSub. */
class SubscriptionHandshakesTest {

    private static final String SNS = "{\"Type\":\"SubscriptionConfirmation\",\"MessageId\":"
            + "\"165545c9-2a5c-472c-8df2-7ff2be2b3b1b\",\"Token\":\"2336412f37\",\"TopicArn\":\"" + SNS_TOPIC
            + "\",\"Message\":\"You have chosen to subscribe to the topic " + SNS_TOPIC
            + ".\\nTo confirm the subscription, visit the SubscribeURL included in this message.\",\"SubscribeURL\":\""
            + SNS_URL + "\",\"Timestamp\":\"2012-04-26T20:45:04.751Z\",\"SignatureVersion\":\"1\"}";
    private static final String WEB_SUB = "/webhook/a?hub.mode=subscribe&hub.topic=https%3A%2F%2Fexample.com%2Ffeed"
            + "&hub.challenge=dYbSkiq2&hub.lease_seconds=864000";

    private final TestHandshakes handshakes = new TestHandshakes();
    private final Handshake sns = handshakes.of("aws-sns", Map.of("topic_arn", "arn:aws:sns:a:1:b, " + SNS_TOPIC));
    private final Handshake cloudEvents = handshakes.of(
            "cloudevents", Map.of("allowed_origins", "eventemitter.example.com other.example", "allowed_rate", "120"));
    private final Handshake webSub = handshakes.of("websub", Map.of("topic", "https://example.com/feed"));

    @Test
    void snsIsConfirmedByAVisitToItsUrl() {
        assertThat(text(sns.answer(signed(SNS, "x-amz-sns-message-type", "SubscriptionConfirmation"))))
                .isEqualTo("200 application/json {\"message\":\"200 OK\"}");
        assertThat(handshakes.visited).containsExactly(URI.create(SNS_URL));
    }

    @Test
    void snsIsConfirmedInChinaToo() {
        String url = "https://sns.cn-north-1.amazonaws.com.cn/" + SNS_QUERY;
        assertThat(text(sns.answer(signed(SNS.replace(SNS_URL, url))))).startsWith("200 ");
        assertThat(handshakes.visited).containsExactly(URI.create(url));
    }

    @Test
    void snsIsNotConfirmedUnlessSignedAndForAConfiguredTopic() {
        assertThat(sns.answer(post(SNS))).isNull();
        assertThat(sns.answer(signed(SNS.replace("\"TopicArn\":\"" + SNS_TOPIC, "\"TopicArn\":\"arn:aws:sns:x:2:y"))))
                .as("anybody with an account has SNS sign for a topic of their own")
                .isNull();
        assertThat(sns.answer(signed(SNS.replace("\"SubscriptionConfirmation", "\"Notification"))))
                .isNull();
        assertThat(handshakes.maybe("aws-sns", Map.of())).isNull();
        assertThat(handshakes.visited).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sns.us-west-2.amazonaws.com/@",
                "https://sns.us-west-2.amazonaws.com.evil.example/@",
                "https://evil.example/sns.us-west-2.amazonaws.com/@",
                "https://sns.us-west-2.amazonaws.com@evil.example/@",
                "https://user@sns.us-west-2.amazonaws.com/@",
                "https://sns.us-west-2.amazonaws.com:8443/@",
                "https://sns.us-west-2.amazonaws.com/",
                "https://sns.us-west-2.amazonaws.com/?Action=DeleteTopic&TopicArn=x",
                "https://snsxus-west-2.amazonaws.com/@",
                "https://sns.a.b.amazonaws.com/@",
                "https://sns.us-west-2.amazonaws.com#.evil.example/@",
                "https://169.254.169.254/@",
                "https://[::1]/@",
                "file:///etc/passwd",
                "sns.us-west-2.amazonaws.com",
                "",
                "https://sns.us-west-2.amazonaws.com/@<script>",
                "https://sns.us-west-2.amazonaws.com/@\\r\\nX: y"
            })
    void snsIsNotConfirmedAnywhereElse(String url) {
        String body = SNS.replace(
                SNS_URL, url.replace("@", url.contains("@evil") || url.contains("user@") ? "@" : SNS_QUERY));

        assertThat(text(sns.answer(signed(body)))).startsWith("400 ");
        assertThat(handshakes.visited).isEmpty();
    }

    @Test
    void snsIsToldToComeAgainIfItsUrlDoesNotAnswer() {
        Handshake unreachable = new SnsSubscription(Set.of(SNS_TOPIC), request -> true, url -> {
            throw new IOException("refused");
        });
        Handshake failing = new SnsSubscription(Set.of(SNS_TOPIC), request -> true, url -> 403);
        for (Handshake handshake : new Handshake[] {unreachable, failing}) {
            WebhookResponse answer = Objects.requireNonNull(handshake.answer(post(SNS)));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers().first("Retry-After")).isEqualTo("20");
        }
    }

    @Test
    void cloudEventsAreAllowedFromAConfiguredOrigin() {
        Headers headers = Objects.requireNonNull(cloudEvents.answer(ask(
                        "OPTIONS",
                        "/webhook/a",
                        "WebHook-Request-Origin",
                        "EventEmitter.example.com",
                        "WebHook-Request-Rate",
                        "1000",
                        "WebHook-Request-Callback",
                        "https://example.com/confirm?id=12345")))
                .headers();

        assertThat(headers.first("WebHook-Allowed-Origin")).isEqualTo("eventemitter.example.com");
        assertThat(headers.first("WebHook-Allowed-Rate")).isEqualTo("120");
        assertThat(headers.first("Allow")).isEqualTo("POST");
    }

    @Test
    void cloudEventsAreNotAllowedFromAnyOther() {
        for (String origin : new String[] {"evil.example", "*", "", "eventemitter.example.com\r\nX: y"}) {
            WebhookResponse answer = Objects.requireNonNull(
                    cloudEvents.answer(ask("OPTIONS", "/webhook/a", "WebHook-Request-Origin", origin)));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.headers().first("WebHook-Allowed-Origin")).isNull();
        }
        assertThat(cloudEvents.answer(ask("OPTIONS", "/webhook/a"))).isNull();
        assertThat(cloudEvents.answer(ask("POST", "/webhook/a", "WebHook-Request-Origin", "other.example")))
                .as("deliveries carry the header, too")
                .isNull();
        assertThat(handshakes.maybe("cloudevents", Map.of())).isNull();
    }

    @Test
    void cloudEventsOfAllOriginsAreAnsweredWithAStar() {
        Handshake open = handshakes.of("cloudevents", Map.of("allowed_origins", "*"));
        Headers headers = Objects.requireNonNull(
                        open.answer(ask("OPTIONS", "/webhook/a", "WebHook-Request-Origin", "any\r\nX: y")))
                .headers();
        assertThat(headers.first("WebHook-Allowed-Origin")).isEqualTo("*");
        assertThat(headers.first("WebHook-Allowed-Rate")).isEqualTo("*");
    }

    @Test
    void aWrongRateIsAProblemOfTheConfiguration() {
        for (String rate : new String[] {"0", "-1", "fast", "", "1000000000"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> handshakes.of("cloudevents", Map.of("allowed_origins", "*", "allowed_rate", rate)))
                    .withMessageContaining("allowed_rate");
        }
    }

    @Test
    void webSubsHubGetsItsChallengeForAConfiguredTopic() {
        assertThat(text(webSub.answer(ask("GET", WEB_SUB)))).isEqualTo("200 text/plain; charset=utf-8 dYbSkiq2");
        assertThat(text(webSub.answer(ask("GET", WEB_SUB.replace("feed", "other")))))
                .startsWith("404 ");
        assertThat(text(webSub.answer(ask("GET", "/webhook/a?hub.mode=subscribe&hub.challenge=a"))))
                .startsWith("404 ");
        assertThat(webSub.answer(ask("POST", WEB_SUB))).isNull();
        assertThat(handshakes.maybe("websub", Map.of())).isNull();
    }

    @Test
    void webSubsSubscriptionEndsOnlyWhereThatIsAllowed() {
        String end = WEB_SUB.replace("=subscribe", "=unsubscribe");
        Handshake mayEnd =
                handshakes.of("websub", Map.of("topic", "https://example.com/feed", "allow_unsubscribe", "true"));

        assertThat(text(webSub.answer(ask("GET", end)))).startsWith("404 ");
        assertThat(text(mayEnd.answer(ask("GET", end)))).isEqualTo("200 text/plain; charset=utf-8 dYbSkiq2");
        assertThat(text(mayEnd.answer(ask("GET", end.replace("feed", "other")))))
                .startsWith("404 ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handshakes.of("websub", Map.of("topic", "a", "allow_unsubscribe", "yes")))
                .withMessageContaining("allow_unsubscribe");
    }

    @Test
    void webSubsHubMaySayThatItDenied() {
        String denied = "/webhook/a?hub.mode=denied&hub.topic=https%3A%2F%2Fexample.com%2Ffeed&hub.reason=no";
        assertThat(text(webSub.answer(ask("GET", denied)))).startsWith("200 ");
        assertThat(text(webSub.answer(ask("GET", denied.replace("feed", "other")))))
                .startsWith("404 ");
    }
}

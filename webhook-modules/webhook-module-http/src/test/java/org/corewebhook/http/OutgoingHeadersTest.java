package org.corewebhook.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.corewebhook.Headers;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingHeadersTest {

    @Test
    void forwardsInOrderWithDuplicates() {
        assertThat(sent(Map.of(), "X-B", "1", "x-a", "2", "X-B", "3", "User-Agent", "GitHub-Hookshot/1"))
                .containsExactly("X-B: 1", "x-a: 2", "X-B: 3", "User-Agent: GitHub-Hookshot/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authorization",
                "Proxy-Authenticate",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings",
                "Content-Length",
                "Host",
                "Expect",
                "Accept-Encoding",
                "AUTHORIZATION",
                "cookie",
                "Forwarded",
                "X-Forwarded-For",
                "x-forwarded-proto",
                "X-Real-IP"
            })
    void neverForwards(String name) {
        assertThat(sent(Map.of(), name, "value", "X-Kept", "1")).containsExactly("X-Kept: 1");
        assertThat(sent(Map.of("allowed_headers", List.of(name)), name, "value"))
                .isEmpty();
    }

    @Test
    void doesNotForwardWhatTheConnectionHeaderNames() {
        assertThat(sent(Map.of(), "Connection", "close, X-Hop", "Connection", "x-other", "X-Hop", "1", "X-OTHER", "2"))
                .isEmpty();
    }

    @Test
    void forwardsOnlyTheAllowedOnes() {
        assertThat(sent(
                        Map.of("allowed_headers", List.of("x-event", " X-Sig ")),
                        "X-Event",
                        "push",
                        "X-Sig",
                        "1",
                        "X",
                        "2"))
                .containsExactly("X-Event: push", "X-Sig: 1");
        assertThat(sent(Map.of("allowed_headers", List.of()), "X-Event", "push"))
                .isEmpty();
    }

    @Test
    void forwardsNothingWhenToldSo() {
        assertThat(sent(Map.of("forward_headers", false), "X-Event", "push")).isEmpty();
    }

    @Test
    void passesOnWhatDescribesTheBytesWhateverIsForwarded() {
        Map<String, ?> closed = Map.of("forward_headers", false, "allowed_headers", List.of());

        assertThat(all(closed, "Content-Type", "text/xml", "Content-Encoding", "gzip", "Content-Encoding", "br"))
                .containsExactly(
                        "Content-Type: text/xml",
                        "Content-Encoding: gzip",
                        "Content-Encoding: br",
                        "X-Webhook-Event-Id: *");
    }

    @Test
    void callsItJsonWhenTheSenderNamedNoType() {
        assertThat(all(Map.of())).containsExactly("Content-Type: application/json", "X-Webhook-Event-Id: *");
    }

    @Test
    void ownHeadersReplaceForwardedOnesAndOurs() {
        Map<String, ?> own = Map.of(
                "headers",
                Map.of(
                        "content-type", "application/cloudevents+json",
                        "CONTENT-ENCODING", "identity",
                        "x-webhook-event-id", "mine",
                        "authorization", "Bearer 1",
                        "X-Event", "own"));

        assertThat(all(own, "Content-Type", "text/plain", "Content-Encoding", "gzip", "x-event", "a", "X-EVENT", "b"))
                .containsExactlyInAnyOrder(
                        "content-type: application/cloudevents+json",
                        "CONTENT-ENCODING: identity",
                        "x-webhook-event-id: mine",
                        "authorization: Bearer 1",
                        "X-Event: own");
    }

    @Test
    void replacesTheEventIdOfAnotherReceiverBeforeUs() {
        assertThat(sent(Map.of(), "X-Webhook-Event-Id", "theirs")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "é", "Content-Length", "connection", "Proxy-Authorization"})
    void ownNamesThatCannotBeSentAreAProblem(String name) {
        assertThat(problems(Map.of(name, "1")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/headers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "secret\r\nX: 1", "secret\n", "secret\u0000", "secret\u007f"})
    void ownValuesThatCannotBeSentAreAProblemThatDoesNotQuoteThem(String value) {
        assertThat(problems(Map.of("X-Token", value)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith("X-Token must not")
                        .doesNotContain("secret"));
    }

    @Test
    void warnsWhenAnAllowedHeaderIsNeverForwarded() {
        Settings settings = Settings.of(Map.of("allowed_headers", List.of("Authorization", "X-Event")));

        OutgoingHeaders.read(settings);

        assertThat(settings.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
            assertThat(problem.message()).startsWith("Authorization is never forwarded");
        });
    }

    @Test
    void namesItsHeadersButNotTheirValues() {
        assertThat(OutgoingHeaders.read(Settings.of(Map.of("headers", Map.of("Authorization", "secret")))))
                .hasToString("[Authorization]");
    }

    private static List<Problem> problems(Map<String, String> own) {
        Settings settings = Settings.of(Map.of("headers", own));
        OutgoingHeaders.read(settings);
        return settings.problems();
    }

    /** What is sent beside the two fields that are always there. */
    private static List<String> sent(Map<String, ?> settings, String... headers) {
        List<String> all = all(settings, headers);
        assertThat(all).startsWith("Content-Type: application/json", "X-Webhook-Event-Id: *");
        return all.subList(2, all.size());
    }

    private static List<String> all(Map<String, ?> settings, String... headers) {
        BasicHttpRequest request = new BasicHttpRequest("POST", "/");
        var event = Events.event(Headers.of(headers), new byte[0]);
        OutgoingHeaders.read(Settings.of(settings)).addTo(request, event);
        return Arrays.stream(request.getHeaders())
                .map(header -> header.getName() + ": " + header.getValue().replace(event.id(), "*"))
                .toList();
    }
}

package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {

    private final TestClock clock = new TestClock(Instant.parse("2026-03-05T12:34:56.789Z"));
    private final FakeReceiver receiver = new FakeReceiver();
    private final Operations operations = builder(Map.of()).build();

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/health", "/health/live", "/health/ready", "/stats", "/webhook", "/webhook/a", "/webhook/"
            })
    void ownsItsRoutesAndWhatTheReceiverOwns(String path) {
        assertThat(operations.owns(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/health/", "/stats/", "/Health", "/webhooks", "/anything", "/health/live/", "//"})
    void leavesOtherPathsToTheHostApplication(String path) {
        assertThat(operations.owns(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/health/", "/stats/", "/Health", "/webhooks", "/anything", "/health/live/", "//"})
    void answersOtherPathsWith404WhenItAnswersEverything(String path) {
        Operations server = builder(Map.of()).answersEverything().build();

        assertThat(server.owns(path)).isTrue();
        WebhookResponse response = server.handle(get(path));
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).contains("\"detail\":\"Not Found\"");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /",
        "HEAD, /",
        "OPTIONS, /",
        "POST, /health",
        "HEAD, /health",
        "DELETE, /health/live",
        "PUT, /health/ready",
        "POST, /stats",
        "get, /stats"
    })
    void refusesOtherMethodsThanGet(String method, String path) {
        WebhookResponse response =
                operations.handle(WebhookRequest.builder(method, path).build());

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers().first("Allow")).isEqualTo("GET");
        assertThat(response.text()).contains("\"detail\":\"Method Not Allowed\"");
    }

    @Test
    void answersTheRoot() {
        WebhookResponse response = operations.handle(get("/"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"message\":\"200 OK\"}");
        assertThat(response.headers().first("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void limitsTheRootPerClientBehindTrustedProxies() {
        Operations limited = builder(Map.of("DEFAULT_ENDPOINT_RATE_LIMIT", "1", "TRUSTED_PROXY_IPS", "10.0.0.1"))
                .build();

        assertThat(limited.handle(viaProxy("192.0.2.1")).status()).isEqualTo(200);
        assertThat(limited.handle(viaProxy("192.0.2.2")).status()).isEqualTo(200);
        WebhookResponse refusal = limited.handle(viaProxy("192.0.2.1"));

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.text()).contains("\"detail\":\"Rate limit exceeded. Limit: 1 requests per minute\"");
        assertThat(refusal.headers().first("Retry-After")).isEqualTo("61");

        clock.advance(Duration.ofSeconds(61));
        assertThat(limited.handle(viaProxy("192.0.2.1")).status()).isEqualTo(200);
    }

    @Test
    void takesForwardedAddressesFromNobodyElse() {
        Operations limited = builder(Map.of("DEFAULT_ENDPOINT_RATE_LIMIT", "1")).build();

        assertThat(limited.handle(viaProxy("192.0.2.1")).status()).isEqualTo(200);
        assertThat(limited.handle(viaProxy("192.0.2.2")).status()).isEqualTo(429);
    }

    @Test
    void passesRequestStatusHeadersAndBodyOfTheReceiverUnchanged() {
        byte[] body = {0, -1, 2, '{'};
        receiver.response = new WebhookResponse(207, Headers.of("X-A", "1", "x-a", "2", "Retry-After", "9"), body);
        WebhookRequest request = WebhookRequest.post("/webhook/a?b=c")
                .header("X-B", "d")
                .body("e")
                .build();

        WebhookResponse response = operations.handle(request);

        assertThat(receiver.lastRequest).isSameAs(request);
        assertThat(response.status()).isEqualTo(207);
        assertThat(response.body()).isSameAs(body);
        assertThat(response.headers().all("X-A")).containsExactly("1", "2");
        assertThat(response.headers().first("Retry-After")).isEqualTo("9");
    }

    @Test
    void answers500AndStaysWellWhenTheReceiverHasADefect() {
        receiver.response = null;

        WebhookResponse response =
                operations.handle(WebhookRequest.post("/webhook/a").build());

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text())
                .contains("\"detail\":\"Internal Server Error\"")
                .doesNotContain("a defect");
        assertThat(response.headers().first("X-Frame-Options")).isEqualTo("DENY");
        assertThat(operations.handle(get("/")).status()).isEqualTo(200);
    }

    private Operations.Builder builder(Map<String, String> environment) {
        return Operations.builder(receiver, () -> receiver.health, new Statistics(clock))
                .settings(OperationsSettings.fromEnvironment(environment::get))
                .clock(clock);
    }

    private static WebhookRequest get(String path) {
        return WebhookRequest.builder("GET", path).build();
    }

    private static WebhookRequest viaProxy(String client) {
        return WebhookRequest.builder("GET", "/")
                .remoteAddress("10.0.0.1")
                .header("X-Forwarded-For", client)
                .build();
    }
}

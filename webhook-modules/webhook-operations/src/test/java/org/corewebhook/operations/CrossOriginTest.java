package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Map;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossOriginTest {

    private static final String ORIGIN = "https://app.example";

    private final FakeReceiver receiver = new FakeReceiver();
    private final Operations open = operations(Map.of());
    private final Operations listed = operations(Map.of("CORS_ALLOWED_ORIGINS", "https://app.example, *, http://a/b"));

    @Test
    void allowsEveryOriginByDefaultWithoutCredentials() {
        WebhookResponse response = open.handle(post(ORIGIN));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"message\":\"200 OK\"}");
        assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(response.headers().first("Access-Control-Allow-Credentials")).isNull();
    }

    @Test
    void letsPagesReadErrorsToo() {
        receiver.response = WebhookResponse.problem(ErrorKind.UNKNOWN_ENDPOINT, "Webhook ID not found");

        WebhookResponse response = open.handle(post(ORIGIN));

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.headers().first("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void addsNothingWithoutAnOrigin() {
        for (Operations operations : new Operations[] {open, listed}) {
            WebhookResponse response =
                    operations.handle(WebhookRequest.post("/webhook/a").build());

            assertThat(response.headers().first("Access-Control-Allow-Origin")).isNull();
            assertThat(response.headers().first("Vary")).isNull();
        }
    }

    @Test
    void answersAPreflightItselfByDefaultForAnyMethodAndHeader() {
        WebhookResponse response = open.handle(preflight(ORIGIN, "POST", "content-type,x-custom"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("OK");
        assertThat(response.headers().first("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.headers().first("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(response.headers().first("Access-Control-Allow-Methods"))
                .isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
        assertThat(response.headers().first("Access-Control-Allow-Headers")).isEqualTo("content-type,x-custom");
        assertThat(response.headers().first("Access-Control-Max-Age")).isEqualTo("600");
        assertThat(response.headers().first("Access-Control-Allow-Credentials")).isNull();
        assertThat(receiver.lastRequest).isNull();
    }

    @Test
    void leavesTheHandshakeOfCloudEventsToTheReceiver() {
        WebhookRequest handshake = WebhookRequest.builder("OPTIONS", "/webhook/a")
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .header("WebHook-Request-Origin", "eventemitter.example.com")
                .build();

        open.handle(handshake);

        assertThat(receiver.lastRequest).isSameAs(handshake);
    }

    @Test
    void allowsNoHeadersWhenAPreflightAsksForNone() {
        WebhookResponse response = open.handle(WebhookRequest.builder("OPTIONS", "/webhook/a")
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "PUT")
                .build());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Access-Control-Allow-Headers")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\nSet-Cookie: a=b", "x;y", "\"x\"", "ä"})
    void echoesNothingThatIsNoFieldName(String headers) {
        WebhookResponse response = open.handle(preflight(ORIGIN, "POST", headers));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo("Disallowed CORS headers");
    }

    @Test
    void handsABareOptionsToTheReceiver() {
        receiver.response = WebhookResponse.problem(ErrorKind.METHOD_NOT_ALLOWED, "Method Not Allowed");

        assertThat(open.handle(WebhookRequest.builder("OPTIONS", "/webhook/a").build())
                        .status())
                .isEqualTo(405);
        assertThat(open.handle(WebhookRequest.builder("OPTIONS", "/webhook/a")
                                .header("Origin", ORIGIN)
                                .build())
                        .status())
                .isEqualTo(405);
        assertThat(open.handle(WebhookRequest.builder("OPTIONS", "/webhook/a")
                                .header("Access-Control-Request-Method", "POST")
                                .build())
                        .status())
                .isEqualTo(405);
    }

    @Test
    void echoesAListedOrigin() {
        WebhookResponse response = listed.handle(post(ORIGIN));

        assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly(ORIGIN);
        assertThat(response.headers().first("Vary")).isEqualTo("Origin");
        assertThat(response.headers().first("Access-Control-Allow-Credentials")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "*",
                "http://app.example",
                "https://app.example:444",
                "https://app.example.evil",
                "http://a"
            })
    void addsNothingForAnUnlistedOrigin(String origin) {
        WebhookResponse response = listed.handle(post(origin));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void answersThePreflightOfAListedOrigin() {
        WebhookResponse response = listed.handle(preflight(ORIGIN, "POST", "content-type, x-hub-signature-256,accept"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("OK");
        assertThat(response.headers().first("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(response.headers().first("Vary")).isEqualTo("Origin");
        assertThat(response.headers().first("Access-Control-Allow-Methods")).isEqualTo("POST, GET, OPTIONS");
        assertThat(response.headers().first("Access-Control-Allow-Headers"))
                .isEqualTo("Accept, Accept-Language, Authorization, Content-Language, Content-Type, X-API-Key, "
                        + "X-Auth-Token, X-Forwarded-For, X-HMAC-Signature, X-HMAC-Signature-256, X-Hub-Signature, "
                        + "X-Hub-Signature-256, X-Real-IP, X-Recaptcha-Token, X-Requested-With");
        assertThat(response.headers().first("Access-Control-Max-Age")).isEqualTo("600");
        assertThat(response.headers().first("Access-Control-Allow-Credentials")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, POST, content-type, Disallowed CORS origin",
        "https://app.example, PUT, content-type, Disallowed CORS method",
        "https://app.example, POST, x-custom, Disallowed CORS headers",
        "https://evil.example, PUT, x-custom, 'Disallowed CORS origin, method, headers'"
    })
    void refusesThePreflightOfWhatIsNotListed(String origin, String method, String headers, String text) {
        WebhookResponse response = listed.handle(preflight(origin, method, headers));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo(text);
        assertThat(response.headers().first("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void keepsTheOperatorsRoutesToTheirOwnOrigin() {
        for (String path : new String[] {"/", "/health", "/stats"}) {
            WebhookResponse response = open.handle(
                    WebhookRequest.builder("GET", path).header("Origin", ORIGIN).build());
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().first("Access-Control-Allow-Origin")).isNull();

            WebhookResponse preflight = open.handle(WebhookRequest.builder("OPTIONS", path)
                    .header("Origin", ORIGIN)
                    .header("Access-Control-Request-Method", "GET")
                    .build());
            assertThat(preflight.status()).isEqualTo(405);
        }
    }

    private Operations operations(Map<String, String> environment) {
        return Operations.builder(receiver, () -> FakeReceiver.HEALTHY, new Statistics(Clock.systemUTC()))
                .settings(OperationsSettings.fromEnvironment(environment::get))
                .build();
    }

    private static WebhookRequest post(String origin) {
        return WebhookRequest.post("/webhook/a").header("Origin", origin).build();
    }

    private static WebhookRequest preflight(String origin, String method, String headers) {
        return WebhookRequest.builder("OPTIONS", "/webhook/a")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", headers)
                .build();
    }
}

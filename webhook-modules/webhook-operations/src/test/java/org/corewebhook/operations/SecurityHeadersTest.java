package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityHeadersTest {

    private static final String TRANSPORT = "Strict-Transport-Security";

    private final FakeReceiver receiver = new FakeReceiver();

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "POST, /",
        "GET, /health",
        "GET, /stats",
        "GET, /nothing",
        "POST, /webhook/a",
        "OPTIONS, /webhook/a"
    })
    void areOnEveryAnswer(String method, String path) {
        WebhookRequest request = WebhookRequest.builder(method, path)
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .build();

        Headers headers = operations(Map.of()).handle(request).headers();

        assertThat(headers.all("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(headers.all("X-Frame-Options")).containsExactly("DENY");
        assertThat(headers.all("X-XSS-Protection")).containsExactly("1; mode=block");
        assertThat(headers.all("Referrer-Policy")).containsExactly("strict-origin-when-cross-origin");
        assertThat(headers.all("Permissions-Policy"))
                .containsExactly("geolocation=(), microphone=(), camera=(), payment=(), usb=(), magnetometer=(), "
                        + "gyroscope=(), accelerometer=()");
        assertThat(headers.all("Content-Security-Policy"))
                .containsExactly(OperationsSettings.DEFAULT_CONTENT_SECURITY_POLICY);
        assertThat(headers.all(TRANSPORT)).isEmpty();
    }

    @Test
    void leaveAHeaderAloneThatIsThere() {
        receiver.response = WebhookResponse.text(200, "x").with("x-frame-options", "SAMEORIGIN");

        Headers headers = operations(Map.of())
                .handle(WebhookRequest.post("/webhook/a").build())
                .headers();

        assertThat(headers.all("X-Frame-Options")).containsExactly("SAMEORIGIN");
        assertThat(headers.all("X-Content-Type-Options")).containsExactly("nosniff");
    }

    @Test
    void carryTheConfiguredContentSecurityPolicy() {
        Headers headers = operations(Map.of("CSP_POLICY", "default-src 'none'"))
                .handle(get().build())
                .headers();

        assertThat(headers.all("Content-Security-Policy")).containsExactly("default-src 'none'");
    }

    @Test
    void askForTlsWhenTheRequestCameOverTls() {
        assertThat(transport(Map.of(), get().secure(true))).isEqualTo("max-age=31536000; includeSubDomains");
    }

    @Test
    void askForTlsWhenItIsForced() {
        assertThat(transport(Map.of("FORCE_HTTPS", "true"), get())).isEqualTo("max-age=31536000; includeSubDomains");
    }

    @Test
    void askForTlsAsConfigured() {
        Map<String, String> environment = Map.of(
                "FORCE_HTTPS",
                "true",
                "HSTS_MAX_AGE",
                "60",
                "HSTS_INCLUDE_SUBDOMAINS",
                "false",
                "HSTS_PRELOAD",
                "true");

        assertThat(transport(environment, get())).isEqualTo("max-age=60; preload");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, https, true",
        "10.0.0.1, HTTPS, true",
        "10.0.0.1, 'http, https', true",
        "10.0.0.1, 'https, http', false",
        "10.0.0.1, http, false",
        "10.0.0.2, https, false"
    })
    void believeOnlyATrustedProxyThatTheClientCameOverTls(String peer, String scheme, boolean asks) {
        WebhookRequest.Builder request = get().remoteAddress(peer).header("X-Forwarded-Proto", scheme);

        assertThat(transport(Map.of("TRUSTED_PROXY_IPS", "10.0.0.1"), request) != null)
                .isEqualTo(asks);
    }

    private String transport(Map<String, String> environment, WebhookRequest.Builder request) {
        return operations(environment).handle(request.build()).headers().first(TRANSPORT);
    }

    private Operations operations(Map<String, String> environment) {
        return Operations.builder(receiver, () -> FakeReceiver.HEALTHY, new Statistics(Clock.systemUTC()))
                .settings(OperationsSettings.fromEnvironment(environment::get))
                .build();
    }

    private static WebhookRequest.Builder get() {
        return WebhookRequest.builder("GET", "/");
    }
}

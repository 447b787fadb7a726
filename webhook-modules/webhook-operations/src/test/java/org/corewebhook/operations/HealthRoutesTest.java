package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.configuration.Problem;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthRoutesTest {

    private static final Map<String, String> ADMIN =
            Map.of("ADMIN_TOKEN", "swordfish", "CONFIG_RELOAD_ADMIN_TOKEN", "mackerel");

    private final TestClock clock = new TestClock(Instant.parse("2026-03-05T12:34:56.789Z"));
    private final FakeReceiver receiver = new FakeReceiver();

    @Test
    void tellsNumbersToEverybody() {
        receiver.health = FakeReceiver.DEGRADED;

        WebhookResponse response = operations(ADMIN).handle(get("/health"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Content-Type")).isEqualTo("application/json");
        assertThat(response.headers().first("Cache-Control")).isEqualTo("no-store");
        assertThat(response.text())
                .isEqualTo("{\"status\":\"degraded\",\"service\":\"webhook-service\",\"timestamp\":1772714096.789,"
                        + "\"components\":{\"endpoints\":{\"configured\":3,\"closed\":1},"
                        + "\"lanes\":{\"busy\":2,\"retrying\":1},"
                        + "\"connections\":{\"used\":1,\"failing\":1},"
                        + "\"bodies\":{\"bytes\":25,\"max_bytes\":1000}}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer swordfish", "swordfish", "Bearer mackerel"})
    void tellsNamesAndReasonsToTheAdmin(String authorization) throws Exception {
        receiver.health = FakeReceiver.DEGRADED;

        WebhookResponse response = operations(ADMIN).handle(get("/health", authorization));

        assertThat(response.status()).isEqualTo(200);
        JsonNode details = new ObjectMapper().readTree(response.text()).get("details");
        assertThat(details.toString())
                .isEqualTo(
                        "{\"closed_endpoints\":[{\"id\":\"github\",\"reason\":\"hmac: Is empty\",\"authenticates\":false}],"
                                + "\"lanes\":[{\"name\":\"shop/kafka\",\"state\":\"ok\",\"waiting\":1,\"waiting_bytes\":5,"
                                + "\"delivered\":7,\"failed\":0,\"last_error\":null,\"next_attempt\":null},"
                                + "{\"name\":\"shop/http\",\"state\":\"backing_off\",\"waiting\":2,\"waiting_bytes\":20,"
                                + "\"delivered\":3,\"failed\":1,\"last_error\":\"HTTP 500\","
                                + "\"next_attempt\":\"2026-03-05T12:35:00Z\"}],"
                                + "\"connections\":[{\"name\":\"broker\",\"type\":\"kafka\",\"state\":\"failing\","
                                + "\"last_error\":\"connection refused\"}],"
                                + "\"problems\":[\"webhooks.json:4 /github/hmac: Is empty\"]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "wrong", "", "Bearer"})
    void refusesAWrongTokenWhenThereIsOne(String authorization) {
        WebhookResponse response = operations(ADMIN).handle(get("/health", authorization));

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text()).contains("\"detail\":\"Invalid authentication token\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "", "Bearer swordfish"})
    void tellsNobodyNamesWhenThereIsNoAdminToken(String authorization) {
        receiver.health = FakeReceiver.DEGRADED;

        for (Map<String, String> environment : List.<Map<String, String>>of(Map.of(), Map.of("ADMIN_TOKEN", ""))) {
            WebhookResponse response = operations(environment).handle(get("/health", authorization));

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).doesNotContain("details").doesNotContain("github");
        }
    }

    @Test
    void isHealthyWithoutTroubleAndWithWarnings() {
        assertThat(status()).isEqualTo("healthy");

        receiver.health = withProblem(Problem.Severity.WARNING);
        assertThat(status()).isEqualTo("healthy");
    }

    @Test
    void isDegradedWhenTheConfigurationHasAnError() {
        receiver.health = withProblem(Problem.Severity.DESTINATION);

        assertThat(status()).isEqualTo("degraded");
    }

    @Test
    void isStoppingWhileItStops() {
        receiver.health = FakeReceiver.STOPPING;

        assertThat(status()).isEqualTo("stopping");
    }

    @Test
    void isReadyUntilItStops() {
        Operations operations = operations(Map.of());
        assertThat(operations.handle(get("/health/ready")).status()).isEqualTo(200);

        receiver.health = FakeReceiver.DEGRADED;
        assertThat(operations.handle(get("/health/ready")).text()).isEqualTo("{\"status\":\"ready\"}");

        receiver.health = FakeReceiver.STOPPING;
        WebhookResponse response = operations.handle(get("/health/ready"));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("\"detail\":\"Shutting down\"");
        assertThat(response.headers().first("Retry-After")).isEqualTo("5");
    }

    @Test
    void isAliveWithoutAskingTheReceiver() {
        receiver.health = null;

        WebhookResponse response = operations(Map.of()).handle(get("/health/live"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"status\":\"alive\"}");
    }

    private String status() {
        String text = operations(Map.of()).handle(get("/health")).text();
        return text.replaceFirst("^\\{\"status\":\"(\\w+)\".*", "$1");
    }

    private static ReceiverHealth withProblem(Problem.Severity severity) {
        return new ReceiverHealth(
                false, 1, List.of(new Problem(severity, "f", "/a", 1, "m")), List.of(), List.of(), List.of(), 0, 1);
    }

    private Operations operations(Map<String, String> environment) {
        return Operations.builder(receiver, () -> receiver.health, new Statistics(clock))
                .settings(OperationsSettings.fromEnvironment(environment::get))
                .clock(clock)
                .build();
    }

    private static WebhookRequest get(String path) {
        return WebhookRequest.builder("GET", path).build();
    }

    private static WebhookRequest get(String path, String authorization) {
        return WebhookRequest.builder("GET", path)
                .header("Authorization", authorization)
                .build();
    }
}

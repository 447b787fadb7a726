package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatsRouteTest {

    private final TestClock clock = new TestClock(Instant.parse("2026-03-05T12:34:56.789Z"));
    private final Statistics statistics = new Statistics(clock);

    @Test
    void answersAnEmptyObjectBeforeTheFirstWebhook() {
        WebhookResponse response = stats(Map.of()).handle(request().build());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Content-Type")).isEqualTo("application/json");
        assertThat(response.headers().first("Cache-Control")).isEqualTo("no-store");
        assertThat(response.text()).isEqualTo("{}");
    }

    @Test
    void answersNineIntegersPerLabel() {
        statistics.accepted(FakeReceiver.event("github"), "github");
        statistics.accepted(FakeReceiver.event("github"), "team/github");
        statistics.accepted(FakeReceiver.event("github"), "github");

        assertThat(stats(Map.of()).handle(request().build()).text())
                .isEqualTo("{\"github\":{\"total\":2,\"minute\":2,\"5_minutes\":2,\"15_minutes\":2,\"30_minutes\":2,"
                        + "\"hour\":2,\"day\":2,\"week\":2,\"month\":2},"
                        + "\"team/github\":{\"total\":1,\"minute\":1,\"5_minutes\":1,\"15_minutes\":1,"
                        + "\"30_minutes\":1,\"hour\":1,\"day\":1,\"week\":1,\"month\":1}}");
    }

    @Test
    void hidesIdsWhenAskedTo() {
        statistics.accepted(FakeReceiver.event("s-hash"), "s-hash");

        assertThat(stats(Map.of("STATS_SANITIZE_IDS", "true"))
                        .handle(request().build())
                        .text())
                .startsWith("{\"webhook_20fb9ed8dcd19937\":{\"total\":1,")
                .doesNotContain("s-hash");
    }

    @Test
    void wantsATokenWhenThereIsOne() {
        WebhookResponse response =
                stats(Map.of("STATS_AUTH_TOKEN", "st-tok")).handle(request().build());

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text()).contains("\"detail\":\"Authentication required\"");
        assertThat(response.headers().first("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer no", "no", "Bearer", "", "Bearer ", "Basic st-tok", "Bearer st-tok2", "ST-TOK"})
    void refusesAWrongToken(String authorization) {
        WebhookResponse response = stats(Map.of("STATS_AUTH_TOKEN", "st-tok"))
                .handle(request().header("Authorization", authorization).build());

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text()).contains("\"detail\":\"Invalid authentication token\"");
    }

    @Test
    void refusesADuplicatedToken() {
        WebhookRequest request = request()
                .header("Authorization", "Bearer st-tok")
                .header("Authorization", "Bearer st-tok")
                .build();

        assertThat(stats(Map.of("STATS_AUTH_TOKEN", "st-tok")).handle(request).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer st-tok", "bearer st-tok", "st-tok"})
    void takesTheTokenWithAndWithoutItsScheme(String authorization) {
        WebhookResponse response = stats(Map.of("STATS_AUTH_TOKEN", "st-tok"))
                .handle(request().header("Authorization", authorization).build());

        assertThat(response.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer ", "Bearer"})
    void letsNobodyInWhenTheConfiguredTokenIsEmpty(String authorization) {
        WebhookResponse response = stats(Map.of("STATS_AUTH_TOKEN", ""))
                .handle(request().header("Authorization", authorization).build());

        assertThat(response.status()).isEqualTo(401);
    }

    @Test
    void refusesOtherAddresses() {
        Operations stats = stats(Map.of("STATS_ALLOWED_IPS", "203.0.113.5, 2001:db8::1"));

        WebhookResponse refusal =
                stats.handle(request().remoteAddress("127.0.0.1").build());
        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal.text()).contains("\"detail\":\"Access denied from this IP address\"");
        assertThat(stats.handle(request().remoteAddress("203.0.113.5").build()).status())
                .isEqualTo(200);
        assertThat(stats.handle(request().remoteAddress("2001:DB8:0:0::1").build())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void limitsRequestsPerMinute() {
        Operations stats = stats(Map.of("STATS_RATE_LIMIT", "2"));
        stats.handle(request().build());
        stats.handle(request().build());

        WebhookResponse refusal = stats.handle(request().build());
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.text()).contains("\"detail\":\"Rate limit exceeded. Limit: 2 requests per minute\"");
        assertThat(refusal.headers().first("Retry-After")).isNotNull();
    }

    @Test
    void checksTokenThenAddressThenRate() {
        Operations stats =
                stats(Map.of("STATS_AUTH_TOKEN", "t", "STATS_ALLOWED_IPS", "127.0.0.1", "STATS_RATE_LIMIT", "1"));
        WebhookRequest good = request().header("Authorization", "t").build();

        assertThat(stats.handle(request().remoteAddress("192.0.2.1").build()).status())
                .isEqualTo(401);
        assertThat(stats.handle(request()
                                .remoteAddress("192.0.2.1")
                                .header("Authorization", "t")
                                .build())
                        .status())
                .isEqualTo(403);
        assertThat(stats.handle(good).status()).isEqualTo(200);
        assertThat(stats.handle(good).status()).isEqualTo(429);
        assertThat(stats.handle(request().build()).status()).isEqualTo(401);
    }

    private Operations stats(Map<String, String> environment) {
        return Operations.builder(new FakeReceiver(), () -> FakeReceiver.HEALTHY, statistics)
                .settings(OperationsSettings.fromEnvironment(environment::get))
                .clock(clock)
                .build();
    }

    private static WebhookRequest.Builder request() {
        return WebhookRequest.builder("GET", "/stats");
    }
}

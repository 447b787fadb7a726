package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsSettingsTest {

    @Test
    void hasTheDefaultsWhenNothingIsSet() {
        OperationsSettings settings = from(Map.of());

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.allowedOrigins()).isNull();
        assertThat(settings.statsTokens()).isNull();
        assertThat(settings.statsAddresses()).isNull();
        assertThat(settings.statsRateLimit()).isEqualTo(60);
        assertThat(settings.rootRateLimit()).isEqualTo(120);
        assertThat(settings.sanitizeIds()).isFalse();
        assertThat(settings.adminTokens()).isEmpty();
        assertThat(settings.forceHttps()).isFalse();
        assertThat(settings.strictTransportSecurity()).isEqualTo("max-age=31536000; includeSubDomains");
        assertThat(settings.contentSecurityPolicy()).startsWith("default-src 'self'");
    }

    @Test
    void readsEveryVariable() {
        OperationsSettings settings = from(Map.ofEntries(
                Map.entry("CORS_ALLOWED_ORIGINS", "https://App.example:8443 ,http://[::1]"),
                Map.entry("STATS_AUTH_TOKEN", " stats-token\n"),
                Map.entry("STATS_ALLOWED_IPS", "192.0.2.1, 2001:db8::1"),
                Map.entry("STATS_RATE_LIMIT", "7"),
                Map.entry("STATS_SANITIZE_IDS", "TRUE"),
                Map.entry("DEFAULT_ENDPOINT_RATE_LIMIT", "8"),
                Map.entry("TRUSTED_PROXY_IPS", "10.0.0.1"),
                Map.entry("ADMIN_TOKEN", "one"),
                Map.entry("CONFIG_RELOAD_ADMIN_TOKEN", "two"),
                Map.entry("FORCE_HTTPS", "1"),
                Map.entry("HSTS_MAX_AGE", "63072000"),
                Map.entry("HSTS_INCLUDE_SUBDOMAINS", "false"),
                Map.entry("HSTS_PRELOAD", "yes"),
                Map.entry("CSP_POLICY", "default-src 'none'")));

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.allowedOrigins()).containsExactlyInAnyOrder("https://app.example:8443", "http://[::1]");
        assertThat(settings.statsTokens().tokens()).containsExactly(Secret.of("stats-token"));
        assertThat(settings.statsAddresses().contains("2001:db8:0::1")).isTrue();
        assertThat(settings.statsRateLimit()).isEqualTo(7);
        assertThat(settings.sanitizeIds()).isTrue();
        assertThat(settings.rootRateLimit()).isEqualTo(8);
        assertThat(settings.trustedProxies().contains("10.0.0.1")).isTrue();
        assertThat(settings.adminTokens()).containsExactly(Secret.of("one"), Secret.of("two"));
        assertThat(settings.forceHttps()).isTrue();
        assertThat(settings.strictTransportSecurity()).isEqualTo("max-age=63072000; preload");
        assertThat(settings.contentSecurityPolicy()).isEqualTo("default-src 'none'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "http://a/b",
                "https://a/",
                "ftp://a",
                "https://user@a",
                "a.example",
                "https://a?b",
                "https://"
            })
    void ignoresWithAWarningWhatIsNoOrigin(String item) {
        OperationsSettings settings = from(Map.of("CORS_ALLOWED_ORIGINS", "https://app.example, " + item));

        assertThat(settings.allowedOrigins()).containsExactly("https://app.example");
        assertThat(settings.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
            assertThat(problem.toString())
                    .startsWith("environment CORS_ALLOWED_ORIGINS: ")
                    .contains("http(s)://host[:port]")
                    .endsWith(" " + item);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*"})
    void allowsNoOriginWhenTheListHoldsNone(String list) {
        assertThat(from(Map.of("CORS_ALLOWED_ORIGINS", list)).allowedOrigins()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "STATS_RATE_LIMIT, 0",
        "STATS_RATE_LIMIT, 1000001",
        "STATS_RATE_LIMIT, 99999999999",
        "DEFAULT_ENDPOINT_RATE_LIMIT, many",
        "DEFAULT_ENDPOINT_RATE_LIMIT, -1",
        "HSTS_MAX_AGE, 63072001",
        "HSTS_MAX_AGE, -1",
        "HSTS_PRELOAD, maybe",
        "FORCE_HTTPS, 2",
        "CSP_POLICY, 'default-src\r\nX: y'",
        "TRUSTED_PROXY_IPS, proxy.example"
    })
    void keepsTheDefaultAndWarnsWhenAValueCannotBeUsed(String name, String value) {
        OperationsSettings settings = from(Map.of(name, value));

        assertThat(settings)
                .usingRecursiveComparison()
                .ignoringFields("problems")
                .isEqualTo(from(Map.of()));
        assertThat(settings.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(name);
            assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
        });
    }

    @Test
    void collectsAllProblems() {
        OperationsSettings settings =
                from(Map.of("STATS_RATE_LIMIT", "x", "HSTS_MAX_AGE", "x", "ADMIN_TOKEN", "", "STATS_AUTH_TOKEN", " "));

        assertThat(settings.problems())
                .extracting(Problem::path)
                .containsExactly("STATS_AUTH_TOKEN", "STATS_RATE_LIMIT", "ADMIN_TOKEN", "HSTS_MAX_AGE");
    }

    @Test
    void closesStatsWhenTheTokenIsEmpty() {
        OperationsSettings settings = from(Map.of("STATS_AUTH_TOKEN", ""));

        assertThat(settings.statsTokens().isEmpty()).isTrue();
        assertThat(settings.problems()).extracting(Problem::severity).containsExactly(Problem.Severity.PROOF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "everybody"})
    void closesStatsWhenTheAddressListNamesNobody(String list) {
        OperationsSettings settings = from(Map.of("STATS_ALLOWED_IPS", list));

        assertThat(settings.statsAddresses().contains("127.0.0.1")).isFalse();
        assertThat(settings.problems()).last().extracting(Problem::severity).isEqualTo(Problem.Severity.PROOF);
    }

    @Test
    void opensNothingWithAnEmptyAdminToken() {
        assertThat(from(Map.of("ADMIN_TOKEN", " ")).adminTokens()).isEmpty();
    }

    @Test
    void showsNoTokenInProblemsOrTexts() {
        OperationsSettings settings =
                from(Map.of("ADMIN_TOKEN", "swordfish", "STATS_AUTH_TOKEN", "swordfish", "HSTS_MAX_AGE", "swordfish"));

        assertThat(settings.problems().toString() + settings.statsTokens() + settings.adminTokens())
                .doesNotContain("swordfish");
    }

    @Test
    void refusesInTheBuilderWhatCannotBeUsed() {
        OperationsSettingsBuilder builder = OperationsSettings.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.allowedOrigins(List.of("*")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.statsToken(Secret.of(" ")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.adminToken(Secret.of("")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.statsAddresses(List.of("localhost")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.trustedProxies(List.of("localhost")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.statsRateLimit(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.rootRateLimit(1_000_001));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.hstsMaxAge(Duration.ofDays(731)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.contentSecurityPolicy("a\nb"));
    }

    private static OperationsSettings from(Map<String, String> environment) {
        return OperationsSettings.fromEnvironment(environment::get);
    }
}

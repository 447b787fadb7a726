package org.corewebhook.validation;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.corewebhook.TestClock;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all built-in validators, found as an application finds them. */
class ValidatorProvidersTest {

    /** Settings that are good, from the validator's key. */
    private static final Map<String, Object> GOOD = Map.ofEntries(
            entry("authorization", "Bearer tok-1"),
            entry("basic_auth", Map.of("username", "admin", "password", "secret")),
            entry(
                    "jwt",
                    Map.of(
                            "secret",
                            TestJwts.LONG_SECRET,
                            "algorithm",
                            "HS256",
                            "issuer",
                            "me",
                            "audience",
                            "you",
                            "verify_exp",
                            true,
                            "require_exp",
                            false)),
            entry(
                    "hmac",
                    Map.of(
                            "secret",
                            "s",
                            "secrets",
                            List.of("t"),
                            "header",
                            "X-S",
                            "algorithm",
                            "sha1",
                            "encoding",
                            "hex")),
            entry("ip_whitelist", List.of("192.0.2.1")),
            entry("rate_limit", Map.of("max_requests", 1, "window_seconds", 60, "per", "address", "enabled", true)),
            entry("header_auth", Map.of("api_key", "k", "header_name", "X-K", "case_sensitive", true)),
            entry("query_auth", Map.of("api_key", "k", "parameter_name", "k", "case_sensitive", true)));

    static List<ValidatorProvider> providers() {
        return ServiceLoader.load(ValidatorProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider ->
                        provider.getClass().getPackageName().equals(ValidatorProvidersTest.class.getPackageName()))
                .toList();
    }

    static ValidatorProvider provider(String key) {
        return providers().stream()
                .filter(provider -> provider.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void areFoundByTheServiceLoader() {
        assertThat(providers()).extracting(ValidatorProvider::key).containsExactlyInAnyOrderElementsOf(GOOD.keySet());
    }

    @ParameterizedTest
    @MethodSource("providers")
    void haveNothingAgainstGoodSettings(ValidatorProvider provider) {
        assertThat(problems(provider, GOOD.get(provider.key()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void reportAnEmptyObjectUnlessItMeansNoLimit(ValidatorProvider provider) {
        assertThat(problems(provider, Map.of()).isEmpty())
                .isEqualTo(provider.key().equals("rate_limit"));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void reportSettingsOfAnotherType(ValidatorProvider provider) {
        for (Object wrong : List.of(5, true, "\u0000", List.of(5), List.of(Map.of()), List.of(List.of()))) {
            boolean isText = provider.key().equals("authorization") && wrong instanceof String;
            assertThat(problems(provider, wrong).isEmpty())
                    .as(String.valueOf(wrong))
                    .isEqualTo(isText);
        }
    }

    static Stream<Arguments> keys() {
        return GOOD.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Map)
                .flatMap(entry ->
                        ((Map<?, ?>) entry.getValue()).keySet().stream().map(key -> Arguments.of(entry.getKey(), key)));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void reportAValueOfAnotherTypeInEveryKey(String validator, String key) {
        for (Object wrong : List.of(Map.of("a", 1), List.of(Map.of()), -7.5, List.of(7))) {
            Map<Object, Object> settings = new HashMap<>((Map<?, ?>) GOOD.get(validator));
            settings.put(key, wrong);

            assertThat(problems(provider(validator), settings))
                    .as(validator + "." + key + " = " + wrong)
                    .isNotEmpty();
        }
    }

    /** All but the one that only counts. */
    static Stream<ValidatorProvider> proofs() {
        return providers().stream().filter(provider -> !provider.key().equals("rate_limit"));
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void letNobodyInWhenTheSettingsAreUnusable(ValidatorProvider provider) {
        for (Object unusable : List.of(Map.of(), List.of(), "", 5)) {
            Validator validator = provider.create(settings(provider, unusable));
            for (WebhookRequest request : List.of(
                    Validators.request(),
                    Validators.request("Authorization", ""),
                    Validators.request("Authorization", "Basic Og=="),
                    Validators.request("X-API-Key", ""),
                    Validators.request("X-HMAC-Signature", ""),
                    WebhookRequest.post("/webhook/a?api_key=").build())) {
                assertThat(validator.validate(request).refusal()).isNotNull();
            }
        }
    }

    /** Every request gets a verdict, whatever its headers and query hold. */
    @Property(tries = 2000)
    void neverThrow(@ForAll("requests") WebhookRequest request) {
        for (ValidatorProvider provider : providers()) {
            Validator validator = provider.create(settings(provider, GOOD.get(provider.key())));
            ValidationResult result = validator.validate(request);
            assertThat(result).isNotNull();
            assertThat(result.detail()).doesNotContain("secret", TestJwts.LONG_SECRET, "tok-1");
        }
    }

    @Provide
    Arbitrary<WebhookRequest> requests() {
        Arbitrary<String> names = Arbitraries.of(
                "Authorization", "X-S", "X-K", "X-Forwarded-For", "X-Real-IP", "authorization", "Content-Type");
        Arbitrary<String> anything = Arbitraries.strings().all().ofMaxLength(80);
        Arbitrary<String> prefixes = Arbitraries.of("", "Bearer ", "Basic ", "sha1=", "Bearer tok-1", "10.0.0.1, ");
        Arbitrary<String> tokens = Arbitraries.strings()
                .withChars("eyJhbGciOiJIUzI1NiJ9.e30=-_ :,[]")
                .ofMaxLength(120);
        Arbitrary<String> values = Combinators.combine(prefixes, Arbitraries.oneOf(anything, tokens))
                .as(String::concat);
        Arbitrary<List<Map.Entry<String, String>>> headers =
                Combinators.combine(names, values).as(Map::entry).list().ofMaxSize(5);
        Arbitrary<String> queries =
                Arbitraries.strings().withChars("k=&%20fFé+;").ofMaxLength(30);
        Arbitrary<String> peers = Arbitraries.oneOf(anything, Arbitraries.of("192.0.2.1", "::1", "[::1]", "%"));
        return Combinators.combine(headers, queries, peers, anything).as(ValidatorProvidersTest::request);
    }

    private static WebhookRequest request(
            List<Map.Entry<String, String>> headers, String query, String peer, String body) {
        WebhookRequest.Builder builder = WebhookRequest.post("/webhook/a")
                .query(query)
                .remoteAddress(peer)
                .body(body);
        headers.forEach(header -> builder.header(header.getKey(), header.getValue()));
        return builder.build();
    }

    private static List<Problem> problems(ValidatorProvider provider, Object value) {
        Settings settings = settings(provider, value);
        assertThat(provider.create(settings)).isNotNull();
        return new ArrayList<>(settings.problems());
    }

    private static Settings settings(ValidatorProvider provider, Object value) {
        Map<String, Object> endpoint = new LinkedHashMap<>();
        endpoint.put(provider.key(), value);
        return Settings.of(endpoint, new TestClock());
    }
}

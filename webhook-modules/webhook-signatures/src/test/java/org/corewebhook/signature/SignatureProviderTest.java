package org.corewebhook.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;

class SignatureProviderTest {

    private final TestClock clock = new TestClock();

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(ValidatorProvider.class)).hasAtLeastOneElementOfType(SignatureProvider.class);
    }

    @Test
    void aSchemeWithASecretAcceptsWhatIsSignedAndRefusesTheRestWithOneAnswer() {
        Validator validator = create(Map.of("scheme", "github", "secret", "s3cret"));

        assertThat(validator.validate(github("s3cret")).refusal()).isNull();
        ValidationResult wrong = validator.validate(github("other"));
        ValidationResult missing =
                validator.validate(WebhookRequest.post("/webhook/a").body("{}").build());
        assertThat(List.of(wrong, missing))
                .extracting(ValidationResult::refusal)
                .containsOnly(ErrorKind.UNAUTHORIZED);
        assertThat(List.of(wrong.detail(), missing.detail())).containsOnly("Invalid signature");
    }

    @Test
    void aListAcceptsAnyOfItsSchemes() {
        Settings settings = settings(
                List.of(Map.of("scheme", "gitlab", "secret", "token"), Map.of("scheme", "github", "secret", "s3cret")));
        Validator validator = new SignatureProvider().create(settings);

        assertThat(settings.problems()).isEmpty();
        assertThat(validator.validate(github("s3cret")).refusal()).isNull();
        assertThat(validator
                        .validate(WebhookRequest.post("/a")
                                .header("X-Gitlab-Token", "token")
                                .build())
                        .refusal())
                .isNull();
        assertThat(validator.validate(github("other")).detail()).isEqualTo("Invalid signature");
        assertThat(validator.credentialHeaders()).containsExactly("X-Gitlab-Token");
    }

    @Test
    void everyProblemIsNotedAtOnceAndTheEndpointIsClosed() {
        Settings settings = settings(Map.of(
                "scheme", "twilio", "public_key", "x", "tolerance_seconds", 30, "parameters", Map.of("nonsense", "1")));
        Validator validator = new SignatureProvider().create(settings);

        assertThat(settings.problems())
                .extracting(Problem::path)
                .contains(
                        "/signature/public_key",
                        "/signature/secret",
                        "/signature/public_url",
                        "/signature/tolerance_seconds",
                        "/signature/parameters");
        assertThat(validator.validate(github("s3cret")).refusal()).isEqualTo(ErrorKind.UNAVAILABLE);
    }

    @Test
    void anUnknownSchemeAnEmptyListAndAMissingParameterAreProblems() {
        assertThat(problems(Map.of("scheme", "githup", "secret", "s"))).contains("/signature/scheme");
        assertThat(problems(List.of())).contains("/signature");
        assertThat(problems(Map.of("scheme", "paypal"))).contains("/signature/parameters");
        assertThat(problems(Map.of("scheme", "aws-sns"))).contains("/signature/parameters");
        assertThat(problems(Map.of("scheme", "github", "secrets", List.of()))).contains("/signature/secrets");
        assertThat(problems(Map.of("scheme", "github", "secret", ""))).contains("/signature/secret");
    }

    @Test
    void aProblemNeverQuotesTheSecret() {
        Settings settings = settings(Map.of("scheme", "standard-webhooks", "secret", "whsec_not*base64"));
        new SignatureProvider().create(settings);

        assertThat(settings.problems()).hasSize(1);
        assertThat(settings.problems().toString()).doesNotContain("not*base64");
    }

    @Test
    void aDefinitionIsASchemeOfOnesOwn() {
        Validator validator = create(Map.of(
                "secret",
                "s3cret",
                "definition",
                Map.of(
                        "algorithm",
                        "hmac-sha256",
                        "signature",
                        Map.of("header", "X-Sig", "version", "v1"),
                        "timestamp",
                        Map.of("field", "t"),
                        "signed",
                        "{timestamp}.{body}")));
        String now = String.valueOf(clock.instant().getEpochSecond());
        byte[] hash = TestSigner.hmac("HmacSHA256", "s3cret", now, ".{}");
        WebhookRequest request = WebhookRequest.post("/a")
                .header("X-Sig", "t=" + now + ",v1=" + TestSigner.hex(hash))
                .body("{}")
                .build();

        assertThat(validator.validate(request).refusal()).isNull();
        clock.advance(java.time.Duration.ofSeconds(301));
        assertThat(validator.validate(request).refusal()).isEqualTo(ErrorKind.UNAUTHORIZED);
    }

    @Test
    void keysCountWithinTheirWindowOnlyAndTheirUseIsCounted() {
        Validator validator = create(Map.of(
                "scheme",
                "github",
                "secrets",
                List.of(
                        Map.of("label", "new", "secret", "n", "not_before", "2026-01-02T00:00:00Z"),
                        Map.of("label", "old", "secret", "o", "not_after", "2026-01-03"))));

        assertThat(validator.validate(github("n")).refusal()).isEqualTo(ErrorKind.UNAUTHORIZED);
        assertThat(validator.validate(github("o")).refusal()).isNull();
        clock.advance(java.time.Duration.ofDays(2));
        assertThat(validator.validate(github("n")).refusal()).isNull();
        assertThat(validator.validate(github("o")).refusal()).isEqualTo(ErrorKind.UNAUTHORIZED);
        assertThat(((SignatureVerifier) validator).keyUses())
                .extracting(KeyUse::label, KeyUse::matches)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("new", 1L), org.assertj.core.groups.Tuple.tuple("old", 1L));
    }

    private Validator create(Map<String, ?> signature) {
        Settings settings = settings(signature);
        Validator validator = new SignatureProvider().create(settings);
        assertThat(settings.problems()).isEmpty();
        return validator;
    }

    private List<String> problems(Object signature) {
        Settings settings = settings(signature);
        new SignatureProvider().create(settings);
        return settings.problems().stream().map(Problem::path).toList();
    }

    private Settings settings(Object signature) {
        return Settings.of(Map.of("signature", signature), clock);
    }

    private static WebhookRequest github(String secret) {
        return WebhookRequest.post("/webhook/a")
                .header("X-Hub-Signature-256", "sha256=" + TestSigner.hex(TestSigner.hmac("HmacSHA256", secret, "{}")))
                .body("{}")
                .build();
    }
}

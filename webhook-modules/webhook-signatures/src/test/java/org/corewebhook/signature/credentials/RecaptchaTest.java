package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.credentials.Validators.assertAccepted;
import static org.corewebhook.signature.credentials.Validators.assertUnauthorized;
import static org.corewebhook.signature.credentials.Validators.assertUnavailable;
import static org.corewebhook.signature.credentials.Validators.problems;

import java.util.HashMap;
import java.util.Map;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.remote.FakeServer;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RecaptchaTest {

    private static final String MISSING_IN_BODY = "Missing reCAPTCHA token (expected in body)";

    private final FakeServer google = FakeServer.answering(200, "{\"success\":true,\"score\":0.5,\"action\":\"send\"}");

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    void asksGoogleWithTheTokenAndTheSecretAndNothingElse() {
        assertAccepted(header(create(Map.of()), "t0k+en"));

        assertThat(google.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("POST");
            assertThat(asked.path()).isEqualTo("/siteverify");
            assertThat(asked.body()).isEqualTo("secret=s3cret&response=t0k%2Ben");
        });
    }

    @Test
    void asksAgainForEveryRequest() {
        Validator validator = create(Map.of());

        header(validator, "a");
        header(validator, "a");

        assertThat(google.asked()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"success\":false,\"error-codes\":[\"timeout-or-duplicate\"]}|reCAPTCHA verification failed",
                "{\"success\":false}|reCAPTCHA verification failed",
                "{\"success\":true,\"score\":0.4999}|reCAPTCHA score too low",
                "{\"success\":true,\"score\":\"0.9\"}|reCAPTCHA score too low",
                "{\"success\":true}|reCAPTCHA score too low"
            })
    void refusesWhatGoogleDoesNotConfirm(String answer, String detail) {
        google.script(asked -> FakeServer.answer(200, answer));

        assertUnauthorized(header(create(Map.of()), "a"), detail);
    }

    @Test
    void wantsTheActionIfThereIsOne() {
        assertAccepted(header(create(Map.of("action", "send")), "a"));
        assertUnauthorized(header(create(Map.of("action", "login")), "a"), "reCAPTCHA action mismatch");
    }

    @Test
    void wantsNoScoreOfVersion2() {
        google.script(asked -> FakeServer.answer(200, "{\"success\":true}"));

        assertAccepted(header(create(Map.of("version", "v2")), "a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|{\"success\":true,\"score\":1}",
                "200|''",
                "200|[]",
                "200|{\"success\":\"true\"}",
                "200|{\"success\":false,\"error-codes\":[\"invalid-input-secret\"]}",
                "200|{\"success\":false,\"error-codes\":[\"missing-input-secret\"]}",
                "200|{\"success\":false,\"error-codes\":[\"bad-request\"]}"
            })
    void answers503ForOurOwnTrouble(int status, String answer) {
        google.script(asked -> FakeServer.answer(status, answer));

        assertUnavailable(header(create(Map.of()), "a"));
    }

    @Test
    void answers503WhenGoogleDoesNotAnswer() {
        Validator validator = create(Map.of());
        google.close();

        assertUnavailable(header(validator, "a"));
    }

    @Test
    void readsTheHeaderThatIsConfigured() {
        Validator validator = create(Map.of("token_field", "X-Proof"));

        assertAccepted(validator.validate(
                WebhookRequest.post("/webhook/a").header("x-proof", "a").build()));
        assertUnauthorized(header(validator, "a"), "Missing reCAPTCHA token (expected in header: X-Proof)");
        assertThat(validator.credentialHeaders()).containsExactly("X-Proof");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"recaptcha_token\":\"t\"}",
                "{\"a\":{\"recaptcha\":1},\"recaptcha\":\"t\"}",
                "{\"g-recaptcha-response\":\"t\"}",
                "{\"proof\":\"t\"}"
            })
    void readsTheBodyUnderTheNamesOfTheReferenceAndTheConfiguredOne(String body) {
        assertAccepted(body(create(Map.of("token_source", "body", "token_field", "proof")), "application/json", body));
        assertThat(google.asked().get(0).body()).endsWith("response=t");
    }

    @Test
    void readsAForm() {
        Validator validator = create(Map.of("token_source", "body"));
        String form = "application/x-www-form-urlencoded";

        assertAccepted(body(validator, form, "name=x&g-recaptcha-response=t"));
        assertUnauthorized(body(validator, form, "recaptcha=t&g-recaptcha-response=u"), MISSING_IN_BODY);
        assertThat(validator.credentialHeaders()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"n\":1}",
                "{\"recaptcha\":1}",
                "{\"recaptcha\":\"\"}",
                "{\"recaptcha\":\"t\"",
                "{\"a\":{\"recaptcha\":\"t\"}}",
                "{\"recaptcha\":\"t\",\"recaptcha\":\"u\"}"
            })
    void refusesABodyWithoutAToken(String body) {
        assertUnauthorized(body(create(Map.of("token_source", "body")), "application/json", body), MISSING_IN_BODY);
        assertThat(google.asked()).isEmpty();
    }

    @Test
    void asksNobodyAboutTokensThatAreNone() {
        Validator validator = create(Map.of());

        assertUnauthorized(
                validator.validate(WebhookRequest.post("/webhook/a").build()),
                "Missing reCAPTCHA token (expected in header: X-Recaptcha-Token)");
        assertUnauthorized(
                validator.validate(WebhookRequest.post("/webhook/a")
                        .header("X-Recaptcha-Token", "a")
                        .header("X-Recaptcha-Token", "b")
                        .build()),
                "Missing reCAPTCHA token (expected in header: X-Recaptcha-Token)");
        assertUnauthorized(header(validator, "a b"), "Invalid reCAPTCHA token format");
        assertUnauthorized(header(validator, "\u00e4"), "Invalid reCAPTCHA token format");
        assertUnauthorized(header(validator, "x".repeat(8193)), "Invalid reCAPTCHA token format");
        assertThat(google.asked()).isEmpty();
    }

    @Test
    void reportsSettingsThatProveNothing() {
        assertThat(problems(new RecaptchaProvider(), Map.of())).containsExactly("/recaptcha/secret_key: Is missing");
        assertThat(problems(
                        new RecaptchaProvider(),
                        Map.of(
                                "secret_key", "k",
                                "version", "v2",
                                "action", "send",
                                "token_source", "cookie",
                                "token_field", "a b",
                                "min_score", 2,
                                "verify_url", "google")))
                .hasSize(5);
    }

    private Validator create(Map<String, ?> more) {
        Map<String, Object> own = new HashMap<>(Map.of(
                "secret_key", "s3cret", "verify_url", google.uri("/siteverify").toString()));
        own.putAll(more);
        return Validators.create(new RecaptchaProvider(), own, new TestClock());
    }

    private static ValidationResult header(Validator validator, String token) {
        return validator.validate(WebhookRequest.post("/webhook/a")
                .header("X-Recaptcha-Token", token)
                .body("{}")
                .build());
    }

    private static ValidationResult body(Validator validator, String type, String body) {
        return validator.validate(WebhookRequest.post("/webhook/a")
                .header("Content-Type", type)
                .body(body)
                .build());
    }
}

package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.assertUnauthorized;
import static org.corewebhook.validation.Validators.request;

import java.util.Map;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderAuthValidatorTest {

    private final Validator validator = create(Map.of("api_key", "Key-2"));

    @Test
    void acceptsTheKeyInTheDefaultHeader() {
        assertAccepted(validator.validate(request("x-api-key", "Key-2")));
    }

    @Test
    void acceptsTheKeyInTheConfiguredHeader() {
        Validator other = create(Map.of("api_key", "Key-2", "header_name", "X-Token"));

        assertAccepted(other.validate(request("X-Token", "Key-2")));
        assertUnauthorized(other.validate(request("X-API-Key", "Key-2")), "Missing required header: X-Token");
        assertThat(other.credentialHeaders()).containsExactly("X-Token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"key-2", "KEY-2", "Key-22", "Key-", " Key-2", ""})
    void rejectsAnotherKey(String key) {
        assertUnauthorized(validator.validate(request("X-API-Key", key)), "Invalid API key in header: X-API-Key");
    }

    @Test
    void acceptsAnyCaseOnlyIfAskedTo() {
        Validator lenient = create(Map.of("api_key", "Key-2", "case_sensitive", false));

        assertAccepted(lenient.validate(request("X-API-Key", "kEY-2")));
        assertUnauthorized(lenient.validate(request("X-API-Key", "kEY-3")), "Invalid API key in header: X-API-Key");
    }

    @Test
    void rejectsAMissingHeader() {
        assertUnauthorized(validator.validate(request()), "Missing required header: X-API-Key");
    }

    @Test
    void rejectsTwoHeaders() {
        assertUnauthorized(
                validator.validate(request("X-API-Key", "Key-2", "x-api-key", "Key-2")), "Duplicate X-API-Key header");
    }

    @Test
    void namesTheHeaderAsACredential() {
        assertThat(validator.credentialHeaders()).containsExactly("X-API-Key");
        assertThat(new HeaderAuthProvider().stage()).isEqualTo(ValidationStage.CREDENTIALS);
    }

    @Test
    void reportsAMissingKey() {
        assertThat(Validators.problems(new HeaderAuthProvider(), Map.of("header_auth", Map.of())))
                .containsExactly("/header_auth/api_key: Is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "X API", "X-Key:", "X-Kéy", "a\r\nb"})
    void reportsANameThatNoHeaderCanHave(String name) {
        assertThat(Validators.problems(
                        new HeaderAuthProvider(), Map.of("header_auth", Map.of("api_key", "k", "header_name", name))))
                .containsExactly("/header_auth/header_name: Must be the name of a header, such as X-API-Key");
    }

    private static Validator create(Map<String, ?> settings) {
        return Validators.create(new HeaderAuthProvider(), Map.of("header_auth", settings));
    }
}

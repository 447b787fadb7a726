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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationValidatorTest {

    private final Validator bearer = create("Bearer tok-1");
    private final Validator raw = create("tok-2");

    @Test
    void acceptsTheConfiguredBearerToken() {
        assertAccepted(bearer.validate(request("Authorization", "Bearer tok-1")));
        assertAccepted(bearer.validate(request("authorization", " Bearer tok-1 ")));
    }

    @Test
    void acceptsTheConfiguredRawValue() {
        assertAccepted(raw.validate(request("Authorization", "tok-2")));
        assertAccepted(raw.validate(request("Authorization", "\ttok-2 ")));
    }

    @Test
    void ignoresWhiteSpaceAroundTheSetting() {
        assertAccepted(create("  Bearer tok-1 \n").validate(request("Authorization", "Bearer tok-1")));
        assertAccepted(create(" tok-2 ").validate(request("Authorization", "tok-2")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tok-1", "Basic tok-1", "bearer tok-1", "BEARER tok-1", "Bearer", "Bearer ", "Bearertok-1", ""})
    void asksForABearerTokenWhenTheSchemeIsAnother(String header) {
        assertUnauthorized(bearer.validate(request("Authorization", header)), "Unauthorized: Bearer token required");
    }

    @Test
    void asksForABearerTokenWhenTheHeaderIsMissing() {
        assertUnauthorized(bearer.validate(request()), "Unauthorized: Bearer token required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer  tok-1",
                "Bearer tok-11",
                "Bearer tok-",
                "Bearer TOK-1",
                "Bearer \ttok-1",
                "Bearer tok-1,"
            })
    void rejectsAnotherToken(String header) {
        assertUnauthorized(bearer.validate(request("Authorization", header)), "Unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer tok-2", "tok-1", "tok-22", "TOK-2", ""})
    void rejectsAnotherRawValue(String header) {
        assertUnauthorized(raw.validate(request("Authorization", header)), "Unauthorized");
    }

    @Test
    void rejectsAMissingRawValue() {
        assertUnauthorized(raw.validate(request()), "Unauthorized");
    }

    @Test
    void rejectsTwoHeadersEvenIfBothAreRight() {
        assertUnauthorized(
                bearer.validate(request("Authorization", "Bearer tok-1", "authorization", "Bearer tok-1")),
                "Duplicate Authorization header");
    }

    @Test
    void namesTheHeaderAsACredential() {
        assertThat(bearer.credentialHeaders()).containsExactly("Authorization");
        assertThat(new AuthorizationProvider().stage()).isEqualTo(ValidationStage.CREDENTIALS);
    }

    @ParameterizedTest
    @CsvSource({"'', Must not be empty", "'  ', Must not be empty"})
    void reportsABlankSetting(String setting, String message) {
        assertThat(Validators.problems(new AuthorizationProvider(), Map.of("authorization", setting)))
                .containsExactly("/authorization: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", " Bearer  ", "Bearer  tok-1"})
    void reportsASchemeWithoutAProperToken(String setting) {
        assertThat(Validators.problems(new AuthorizationProvider(), Map.of("authorization", setting)))
                .containsExactly("/authorization: Must have one space and a token after Bearer");
    }

    private static Validator create(String setting) {
        return Validators.create(new AuthorizationProvider(), Map.of("authorization", setting));
    }
}

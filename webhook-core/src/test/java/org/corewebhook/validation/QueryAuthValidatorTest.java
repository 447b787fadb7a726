package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.assertUnauthorized;

import java.util.Map;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryAuthValidatorTest {

    private static final String MALFORMED =
            "Invalid query parameter value for: api_key (too long or contains invalid characters)";

    private final Validator validator = create(Map.of("api_key", "Key-1"));

    @ParameterizedTest
    @ValueSource(strings = {"api_key=Key-1", "a=b&api_key=Key-1&c", "api_key=%4bey-1", "api%5Fkey=Key-1"})
    void acceptsTheKey(String query) {
        assertAccepted(validate(validator, query));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b", "API_KEY=Key-1", "api_key2=Key-1", "api-key=Key-1"})
    void rejectsAMissingParameter(String query) {
        assertUnauthorized(validate(validator, query), "Missing required query parameter: api_key");
    }

    @Test
    void rejectsARequestWithoutQuery() {
        assertUnauthorized(
                validator.validate(WebhookRequest.post("/webhook/a").build()),
                "Missing required query parameter: api_key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key=",
                "api_key",
                "api_key=KEY-1",
                "api_key=key-1",
                "api_key=Key-11",
                "api_key=Key-1%20",
                "api_key=%ZZ"
            })
    void rejectsAnotherKey(String query) {
        assertUnauthorized(validate(validator, query), "Invalid API key in query parameter: api_key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key=Key-1&api_key=Key-1",
                "api_key=x&api_key=Key-1",
                "api_key=Key-1&api%5fkey=x",
                "api_key&api_key=Key-1"
            })
    void rejectsARepeatedParameter(String query) {
        assertUnauthorized(validate(validator, query), "Duplicate query parameter: api_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"K%00ey-1", "Key-1%0a", "%09Key-1", "Key-1%7F", "Key-1%C2%85"})
    void doesNotStripControlCharacters(String value) {
        assertUnauthorized(validate(validator, "api_key=" + value), MALFORMED);
    }

    @Test
    void rejectsAValueOfMoreThanAThousandCharacters() {
        assertUnauthorized(
                validate(validator, "api_key=" + "x".repeat(1000)), "Invalid API key in query parameter: api_key");
        assertUnauthorized(validate(validator, "api_key=" + "x".repeat(1001)), MALFORMED);
    }

    @Test
    void acceptsAnyCaseOnlyIfAskedTo() {
        assertAccepted(validate(create(Map.of("api_key", "Key-1", "case_sensitive", false)), "api_key=kEY-1"));
    }

    @Test
    void looksAtTheConfiguredParameter() {
        Validator other = create(Map.of("api_key", "Key-1", "parameter_name", "t.o-k_1"));

        assertAccepted(validate(other, "t.o-k_1=Key-1"));
        assertUnauthorized(validate(other, "api_key=Key-1"), "Missing required query parameter: t.o-k_1");
        assertThat(other.credentialHeaders()).isEmpty();
        assertThat(new QueryAuthProvider().stage()).isEqualTo(ValidationStage.CREDENTIALS);
    }

    @Test
    void reportsAMissingKey() {
        assertThat(Validators.problems(new QueryAuthProvider(), Map.of("query_auth", Map.of())))
                .containsExactly("/query_auth/api_key: Is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a&b", "é", "a\n"})
    void reportsANameThatIsNotPlain(String name) {
        assertThat(Validators.problems(
                        new QueryAuthProvider(), Map.of("query_auth", Map.of("api_key", "k", "parameter_name", name))))
                .containsExactly("/query_auth/parameter_name: Must be 1 to 100 letters, digits, '_', '.' or '-'");
    }

    @Test
    void reportsAKeyThatCouldNeverBeSent() {
        assertThat(Validators.problems(
                        new QueryAuthProvider(), Map.of("query_auth", Map.of("api_key", "x".repeat(1001)))))
                .containsExactly("/query_auth/api_key: Must have at most 1000 characters, none of them control");
    }

    private static ValidationResult validate(Validator validator, String query) {
        return validator.validate(WebhookRequest.post("/webhook/a").query(query).build());
    }

    private static Validator create(Map<String, ?> settings) {
        return Validators.create(new QueryAuthProvider(), Map.of("query_auth", settings));
    }
}

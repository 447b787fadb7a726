package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.credentials.Validators.assertAccepted;
import static org.corewebhook.signature.credentials.Validators.problems;
import static org.corewebhook.signature.credentials.Validators.warnings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.remote.FakeServer;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JsonSchemaTest {

    private static final String EVENT = """
            {"type": "object", "required": ["event"],
             "properties": {"event": {"type": "string"}, "n": {"type": "integer", "minimum": 1}}}
            """;

    @Test
    void acceptsWhatFits() {
        assertAccepted(validate(EVENT, "{\"event\":\"x\",\"n\":3,\"more\":[null]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"event\":5}", "{\"event\":\"x\",\"n\":0}", "{\"event\":\"x\",\"n\":1.5}", "[]", "7"})
    void refusesWhatDoesNotFitWith422(String payload) {
        assertMismatch(validate(EVENT, payload));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|Malformed JSON payload",
                "{\"event\":|Malformed JSON payload",
                "{\"event\":\"x\"} 1|Malformed JSON payload",
                "\uFEFF{\"event\":\"x\"}|Malformed JSON payload",
                "NaN|Malformed JSON payload"
            })
    void saysAboutMalformedPayloadsWhatIsSaidWithoutASchema(String payload, String detail) {
        ValidationResult result = validate(EVENT, payload);

        assertThat(result.refusal()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(result.detail()).isEqualTo(detail);
    }

    @Test
    void refusesNamesGivenTwiceBecauseAnotherReaderMayTakeTheOtherOne() {
        assertMismatch(validate(EVENT, "{\"event\":5,\"event\":\"x\"}"));
    }

    @Test
    void keepsToTheLimitsOfPayloads() {
        assertThat(validate(EVENT, "[".repeat(60) + "]".repeat(60)).refusal()).isEqualTo(ErrorKind.MALFORMED);
        assertMismatch(validate(EVENT, "{\"event\":\"x\",\"n\":" + "9".repeat(1001) + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999", "1e400000000", "0.1", "1e-400000000", "123456789012345678901234567890"})
    void survivesNumbersOfAllSizes(String number) {
        String schema = """
                {"properties": {"n": {"multipleOf": 0.01, "minimum": -5, "maximum": 1e300, "enum": [0.1, 2], "const": 2}}}
                """;
        assertThat(validate(schema, "{\"n\":" + number + "}").refusal()).isEqualTo(ErrorKind.UNPROCESSABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://json-schema.org/draft-07/schema#|{\"items\":[{\"type\":\"string\"}]}|[1]|[\"a\"]",
                "http://json-schema.org/draft-07/schema|{\"dependencies\":{\"a\":[\"b\"]}}|{\"a\":1}|{\"a\":1,\"b\":2}",
                "https://json-schema.org/draft/2019-09/schema|{\"items\":[{\"type\":\"string\"}]}|[1]|[\"a\"]",
                "https://json-schema.org/draft/2020-12/schema|{\"prefixItems\":[{\"type\":\"string\"}]}|[1]|[\"a\"]"
            })
    void knowsTheDraftsByName(String draft, String schema, String bad, String good) {
        String named = "{\"$schema\":\"" + draft + "\"," + schema.substring(1);

        assertAccepted(validate(named, good));
        assertMismatch(validate(named, bad));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"})
    void doesNotLookAtFormatsInAnyDraft(String draft) {
        assertAccepted(validate("{\"$schema\":\"" + draft + "\",\"format\":\"ipv4\"}", "\"x\""));
    }

    @Test
    void takesTheNewestDraftIfNoneIsNamed() {
        assertMismatch(validate("{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}"));
        assertMismatch(
                validate("{\"properties\":{\"a\":{\"$ref\":\"#/$defs/x\"}},\"$defs\":{\"x\":false}}", "{\"a\":1}"));
    }

    @Test
    void followsReferencesWithinTheSchemaAlsoRecursively() {
        String tree = "{\"$id\":\"https://example.com/tree\",\"properties\":{\"v\":{\"type\":\"integer\"},"
                + "\"kids\":{\"items\":{\"$ref\":\"#\"}}}}";

        assertAccepted(validate(tree, "{\"kids\":[{\"v\":1},{\"kids\":[{\"v\":2}]}]}"));
        assertMismatch(validate(tree, "{\"kids\":[{\"v\":1},{\"kids\":[{\"v\":\"2\"}]}]}"));
    }

    @Test
    void followsReferencesToTheDraftsWithoutFetchingThem() {
        String schemaOfSchemas = "{\"properties\":{\"s\":{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}}}";

        assertAccepted(validate(schemaOfSchemas, "{\"s\":{\"type\":\"string\"}}"));
        assertMismatch(validate(schemaOfSchemas, "{\"s\":{\"type\":7}}"));
    }

    @Test
    void neverFollowsARemoteReference() {
        try (FakeServer server = FakeServer.answering(200, "true")) {
            String url = server.uri("/schema.json").toString();

            assertThat(problemsOf("{\"$ref\":\"" + url + "\"}")).hasSize(1);
            assertThat(problemsOf("{\"properties\":{\"a\":{\"$dynamicRef\":\"" + url + "#x\"}}}"))
                    .hasSize(1);
            assertThat(problemsOf("{\"$id\":\"" + url + "\",\"anyOf\":[{\"$ref\":\"other.json\"}]}"))
                    .hasSize(1);
            assertThat(problemsOf("{\"$schema\":\"" + url + "\"}")).hasSize(1);
            assertThat(problemsOf("{\"$defs\":{\"a\":{\"$id\":\"/b\",\"$schema\":\"" + url + "\",\"type\":\"null\"}},"
                            + "\"$ref\":\"#/$defs/a\"}"))
                    .hasSize(1);
            assertThat(server.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"file:///etc/hostname\"}",
                "{\"$ref\":\"classpath:draft-07/schema\"}",
                "{\"$ref\":\"resource:draft-07/schema\"}",
                "{\"$ref\":\"#/$defs/none\"}",
                "{\"$ref\":\"#none\"}",
                "{\"type\":\"strin\"}",
                "{\"required\":\"event\"}",
                "{\"pattern\":\"(\"}",
                "{\"properties\":{\"a\":{\"minLength\":-1}}}",
                "{\"$schema\":\"http://json-schema.org/draft-04/schema#\"}",
                "{\"$schema\":\"https://json-schema.org/draft/2099-01/schema\"}",
                "{\"$schema\":7}",
                "{}",
                "[]",
                "\"text\"",
                "7"
            })
    void reportsASchemaThatCannotWork(String schema) {
        assertThat(problemsOf(schema)).hasSize(1).first().asString().startsWith("/json_schema: ");
    }

    @Test
    void closesEvenIfNobodyLooksAtTheProblems() {
        org.corewebhook.configuration.Settings settings =
                org.corewebhook.configuration.Settings.of(java.util.Map.of("json_schema", 7));

        Validator validator = new JsonSchemaProvider().create(settings);

        assertThat(validator.validate(request("{}")).refusal()).isEqualTo(ErrorKind.UNAVAILABLE);
    }

    @Test
    void reportsASchemaThatRefersToItselfWithoutEnd() {
        assertThat(
                        problemsOf(
                                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}"))
                .containsExactly("/json_schema: Refers to itself without end");
    }

    @Test
    void answers503WhenItTurnsOutOnlyLaterThatASchemaRefersToItselfWithoutEnd() {
        String hidden = "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/a\"}},\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}";

        assertAccepted(validate(hidden, "{}"));
        assertThat(validate(hidden, "{\"a\":1}").refusal()).isEqualTo(ErrorKind.UNAVAILABLE);
    }

    @Test
    void matchesPatternsInTimeThatGrowsWithTheTextOnly() {
        String slow = "{\"pattern\":\"^(a+)+$\"}";

        assertMismatch(validate(slow, "\"" + "a".repeat(100_000) + "!\""));
        assertAccepted(validate(slow, "\"" + "a".repeat(100_000) + "\""));
    }

    @Test
    void warnsOfPatternsThatNeedBacktracking() {
        assertThat(warnings(new JsonSchemaProvider(), json("{\"pattern\":\"^(?=a)\\\\w+$\"}")))
                .singleElement()
                .asString()
                .contains("needs backtracking");
        assertAccepted(validate("{\"pattern\":\"^(?=a)\\\\w+$\"}", "\"abc\""));
        assertMismatch(validate("{\"pattern\":\"^(?=a)\\\\w+$\"}", "\"bc\""));
    }

    @Test
    void runsAfterTheSenderIsProven() {
        assertThat(new JsonSchemaProvider().stage()).isEqualTo(ValidationStage.PAYLOAD);
    }

    @Property(tries = 200)
    void neverThrowsWhateverThePayload(@ForAll byte[] payload) {
        ValidationResult result = create(EVENT)
                .validate(WebhookRequest.post("/webhook/a").body(payload).build());

        assertThat(result.refusal()).isIn(ErrorKind.MALFORMED, ErrorKind.UNPROCESSABLE);
    }

    private static void assertMismatch(ValidationResult result) {
        assertThat(result.refusal()).as(result.toString()).isEqualTo(ErrorKind.UNPROCESSABLE);
        assertThat(result.detail()).isEqualTo("JSON schema validation failed");
    }

    private static java.util.List<String> problemsOf(String schema) {
        return problems(new JsonSchemaProvider(), json(schema));
    }

    private static ValidationResult validate(String schema, String payload) {
        return create(schema).validate(request(payload));
    }

    private static Validator create(String schema) {
        return Validators.create(new JsonSchemaProvider(), json(schema), new TestClock());
    }

    private static WebhookRequest request(String payload) {
        return WebhookRequest.post("/webhook/a").body(payload).build();
    }

    private static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

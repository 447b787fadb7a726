package org.corewebhook.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialCleanupTest {

    private static final String SAMPLE =
            "{\"user\":\"bob\",\"password\":\"p1\",\"nested\":{\"api_key\":\"k1\",\"plain\":\"v\"},\"list\":[{\"token\":\"t1\"}]}";

    @Test
    void isOffUnlessAskedFor() {
        assertThat(CredentialCleanup.read(Settings.of(Map.of("module", "log")))).isNull();
        assertThat(CredentialCleanup.read(cleanup(Map.of("enabled", false)))).isNull();
    }

    @Test
    void isOnWithAnEmptyObject() {
        assertThat(body(Map.of(), "{\"token\":1}")).isEqualTo("{\"token\":\"***REDACTED***\"}");
        assertThat(body(Map.of("enabled", true), "{\"token\":1}")).isEqualTo("{\"token\":\"***REDACTED***\"}");
    }

    @Test
    void reportsWhatItDoesNotUnderstand() {
        Settings mode = cleanup(Map.of("mode", "shred"));
        CredentialCleanup.read(mode);
        Settings flag = Settings.of(Map.of("credential_cleanup", true));
        CredentialCleanup.read(flag);

        assertThat(mode.problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.toString()).contains("/credential_cleanup/mode", "mask, remove"));
        assertThat(flag.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("object in braces"));
    }

    @Test
    void masksValuesInPlace() {
        assertThat(body(Map.of("mode", "mask"), SAMPLE))
                .isEqualTo(
                        "{\"user\":\"bob\",\"password\":\"***REDACTED***\",\"nested\":{\"api_key\":\"***REDACTED***\","
                                + "\"plain\":\"v\"},\"list\":[{\"token\":\"***REDACTED***\"}]}");
    }

    @Test
    void removesKeysWithTheirValues() {
        assertThat(body(Map.of("mode", "remove"), SAMPLE))
                .isEqualTo("{\"user\":\"bob\",\"nested\":{\"plain\":\"v\"},\"list\":[{}]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'pwd':1}|{}",
                "{ 'pwd' : 1 }|{ }",
                "{'pwd':1,'a':2}|{'a':2}",
                "{'pwd':1 , 'token':[1,{'b':2}] , 'a':2}|{'a':2}",
                "{'a':1,'pwd':2}|{'a':1}",
                "{'a':1 , 'pwd':2 , 'b':3}|{'a':1 , 'b':3}",
                "{'a':{'pwd':1},'pwd':2}|{'a':{}}",
                "[{'pwd':{}},{'pwd':[]},{'x':1,'pwd':{'a':{'pwd':1}},'y':[]}]|[{},{},{'x':1,'y':[]}]",
                "{'a':[{'b':1}],'pwd':1,'token':2}|{'a':[{'b':1}]}",
                "{'pwd':1,'a':{'token':1,'b':2},'secret':3}|{'a':{'b':2}}"
            })
    void removesTheCommaThatBelongsToTheMember(String json, String expected) {
        assertThat(body(Map.of("mode", "remove"), json.replace('\'', '"'))).isEqualTo(expected.replace('\'', '"'));
    }

    @Test
    void masksEveryScalarInContainersUnderASensitiveKey() {
        assertThat(body(Map.of(), "{\"tokens\":[1,null,[true]],\"auth\":{\"user\":\"u\",\"deep\":{\"x\":2}},\"n\":3}"))
                .isEqualTo("{\"tokens\":[\"***REDACTED***\",\"***REDACTED***\",[\"***REDACTED***\"]],"
                        + "\"auth\":{\"user\":\"***REDACTED***\",\"deep\":{\"x\":\"***REDACTED***\"}},\"n\":3}");
    }

    @Test
    void matchesEscapedNames() {
        assertThat(body(Map.of(), "{\"pass\\u0077ord\":\"p\"}")).isEqualTo("{\"pass\\u0077ord\":\"***REDACTED***\"}");
    }

    @Test
    void matchesTheFieldsOfTheSettings() {
        assertThat(body(Map.of("fields", List.of("Iban")), "{\"IBAN\":\"123-45\",\"a\":1}"))
                .isEqualTo("{\"IBAN\":\"***REDACTED***\",\"a\":1}");
    }

    @Test
    void keepsEveryOtherByte() {
        String json =
                " {\"n\": 1.00e+2,\r\n \"b\":12345678901234567890123,\"s\":\"\\u00e9\\/ \\ud800\",\"pwd\":1, \"n\":0 } ";

        assertThat(body(Map.of(), json)).isEqualTo(json.replace("\"pwd\":1", "\"pwd\":\"***REDACTED***\""));
    }

    @Test
    void masksAndRemovesHeadersButNotSignatures() {
        Headers headers = Headers.of(
                "X-API-Key",
                "k1",
                "X-Hub-Signature-256",
                "sha256=ab",
                "Cookie",
                "c1",
                "cookie",
                "c2",
                "X-Event",
                "push");

        Headers masked = cleanup(Map.of(), headers, "1").headers();
        Headers kept = cleanup(Map.of("mode", "remove"), headers, "1").headers();

        assertThat(masked.toMap())
                .containsEntry("x-api-key", "***REDACTED***")
                .containsEntry("cookie", "***REDACTED***, ***REDACTED***")
                .containsEntry("x-hub-signature-256", "sha256=ab")
                .containsEntry("x-event", "push");
        assertThat(kept.toMap()).containsOnlyKeys("x-hub-signature-256", "x-event");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mask|password=p1",
                "remove|{\"password\":\"p1\",}",
                "mask|{\"password\":\"p1\"} {}",
                "remove|{\"a\":1}"
            })
    void passesOnTheSameEventWhereThereIsNothingToHide(String mode, String text) {
        WebhookEvent event = event(Headers.of("X-Event", "push"), text);
        CredentialCleanup cleanup = CredentialCleanup.read(cleanup(Map.of("mode", mode)));

        assertThat(cleanup.apply(event)).isSameAs(event);
    }

    @Test
    void boundsHowMuchMasksCanAdd() {
        String json = "{\"tokens\":[" + "1,".repeat(1_000_000) + "1]}";

        String masked = body(Map.of(), json);

        assertThat(masked)
                .hasSizeLessThan(json.length() * 2 + 1024 * 1024)
                .startsWith("{\"tokens\":[\"***REDACTED***\",");
        assertThat(masked).endsWith(",\"\",\"\"]}").doesNotContain("1");
    }

    private static String body(Map<String, ?> settings, String json) {
        return new String(cleanup(settings, Headers.empty(), json).body(), StandardCharsets.UTF_8);
    }

    private static WebhookEvent cleanup(Map<String, ?> settings, Headers headers, String json) {
        Settings endpoint = cleanup(settings);
        WebhookEvent cleaned = CredentialCleanup.read(endpoint).apply(event(headers, json));
        assertThat(endpoint.problems()).isEmpty();
        return cleaned;
    }

    private static Settings cleanup(Map<String, ?> settings) {
        return Settings.of(Map.of("credential_cleanup", settings));
    }

    private static WebhookEvent event(Headers headers, String body) {
        return new WebhookEvent("id-1", "endpoint", Instant.EPOCH, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}

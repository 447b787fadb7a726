package org.corewebhook.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore;
import org.junit.jupiter.api.Test;

class OrderingKeyTest {

    @Test
    void isTheSameForEventsThatHaveTheSameTextInAPlaceOfTheirPayload() {
        OrderingKey key = read(Map.of("ordering_key", "/order/id"));

        assertThat(key.of(event("{\"order\":{\"id\":\"7\"}}")))
                .isEqualTo(key.of(event("{ \"at\": 1, \"order\": {\"x\": [], \"id\": 7} }")))
                .isNotEqualTo(key.of(event("{\"order\":{\"id\":\"8\"}}")))
                .isNotEqualTo(EventStore.NO_KEY);
    }

    @Test
    void maySayPointerInAnObject() {
        OrderingKey key = read(Map.of("ordering_key", Map.of("pointer", "/id")));

        assertThat(key.of(event("{\"id\":\"a\"}"))).isEqualTo(key.of(event("{\"id\":\"a\",\"b\":1}")));
    }

    @Test
    void isTheSameForEventsThatHaveTheSameHeader() {
        OrderingKey key = read(Map.of("ordering_key", Map.of("header", "X-Order")));

        assertThat(key.of(event("{}", "x-order", "7"))).isEqualTo(key.of(event("[]", "X-ORDER", "7")));
        assertThat(key.of(event("{}", "X-Other", "7"))).isEqualTo(EventStore.NO_KEY);
    }

    @Test
    void isNoneWhereThereIsNoTextNumberOrBoolean() {
        OrderingKey key = read(Map.of("ordering_key", "/id"));

        for (String body : new String[] {"{}", "{\"id\":null}", "{\"id\":{}}", "[1]", "not JSON", ""}) {
            assertThat(key.of(event(body))).as(body).isEqualTo(EventStore.NO_KEY);
        }
    }

    @Test
    void tellsWhatIsWrong() {
        assertProblem(Map.of("ordering_key", "order.id"), "Must be a JSON pointer");
        assertProblem(Map.of("ordering_key", 7), "Must be a text");
        assertProblem(Map.of("ordering_key", Map.of()), "Say one of pointer and header");
        assertProblem(Map.of("ordering_key", Map.of("pointer", "/a", "header", "b")), "Say one of pointer and header");
        assertProblem(Map.of("ordering_key", Map.of("header", " ")), "Must not be empty");
        assertProblem(Map.of("ordering_key", Map.of("heder", "X-A", "pointer", "/a")), "did you mean header");
    }

    private static void assertProblem(Map<String, ?> values, String text) {
        Settings settings = Settings.of(values);
        OrderingKey.read(settings);
        assertThat(settings.problems()).extracting(Problem::toString).anyMatch(problem -> problem.contains(text));
    }

    private static OrderingKey read(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        OrderingKey key = OrderingKey.read(settings);
        assertThat(settings.problems()).isEmpty();
        if (key == null) {
            throw new AssertionError("No key was read");
        }
        return key;
    }

    private static WebhookEvent event(String body, String... header) {
        Headers headers = header.length == 0 ? Headers.empty() : Headers.of(header);
        return new WebhookEvent("id", "e", Instant.EPOCH, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}

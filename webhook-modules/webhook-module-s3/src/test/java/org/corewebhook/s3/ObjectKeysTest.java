package org.corewebhook.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectKeysTest {

    private static final WebhookEvent EVENT = new WebhookEvent(
            "019a0000-0000-7000-8000-000000000001",
            "orders",
            Instant.parse("2026-03-04T23:06:07.000089Z"),
            Headers.empty(),
            new byte[0]);

    @Test
    void namesAnEventByItsHourAndItsId() {
        assertThat(read(Map.of()).of(EVENT))
                .isEqualTo("webhooks/2026/03/04/23/webhook_019a0000-0000-7000-8000-000000000001.json");
    }

    @ParameterizedTest
    @CsvSource({
        "'', {uuid}, 2026/03/04/23/019a0000-0000-7000-8000-000000000001",
        "/a/b/, {endpoint}_{date}.bin, a/b/2026/03/04/23/orders_2026-03-04.bin",
        "a, {timestamp}.json, a/2026/03/04/23/2026-03-04T23-06-07.000089-00-00.json",
        "a, {endpoint}/{uuid}, a/2026/03/04/23/orders/019a0000-0000-7000-8000-000000000001",
        "a, {other}, a/2026/03/04/23/{other}"
    })
    void fillsInWhatItKnows(String prefix, String pattern, String key) {
        assertThat(read(Map.of("prefix", prefix, "filename_pattern", pattern)).of(EVENT))
                .isEqualTo(key);
    }

    @Test
    void namesABatchByTheEventsInIt() {
        ObjectKeys keys = read(Map.of());
        List<WebhookEvent> events = Events.numbered(3);

        String name = keys.of(events);

        assertThat(name)
                .matches("webhooks/2026/01/01/00/batch_[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                        + "[0-9a-f]{12}\\.ndjson\\.gz");
        assertThat(keys.of(List.copyOf(events))).isEqualTo(name);
        assertThat(keys.of(events.subList(0, 2))).isNotEqualTo(name);
        assertThat(keys.of(List.of(events.get(0), EVENT, events.get(2)))).isNotEqualTo(name);
    }

    @Test
    void warnsOfNamesThatEventsShareAndOfUnknownPlaceholders() {
        Settings settings = Settings.of(Map.of("filename_pattern", "{uid}.json"));

        ObjectKeys.read(settings, true);

        assertThat(settings.problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING));
    }

    @ParameterizedTest
    @CsvSource({"a, ' '", "a, /x", "a, x/"})
    void refusesPatternsThatAreNoFileName(String prefix, String pattern) {
        Settings settings = Settings.of(Map.of("prefix", prefix, "filename_pattern", pattern));

        ObjectKeys.read(settings, true);

        assertThat(settings.problems())
                .filteredOn(problem -> problem.severity() != Problem.Severity.WARNING)
                .hasSize(1);
    }

    @Test
    void refusesWhatMakesKeysTooLong() {
        Settings settings = Settings.of(Map.of("prefix", "a".repeat(351), "filename_pattern", "é".repeat(176)));

        ObjectKeys.read(settings, true);

        assertThat(settings.problems())
                .filteredOn(problem -> problem.severity() != Problem.Severity.WARNING)
                .hasSize(2);
    }

    private static ObjectKeys read(Map<String, ?> settings) {
        return ObjectKeys.read(Settings.of(settings), true);
    }
}

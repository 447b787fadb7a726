package org.corewebhook.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void convertsTextWhereANumberOrABooleanIsWanted() {
        Settings settings = Settings.of(Map.of("n", " 30 ", "d", "0.5", "f", "TRUE", "s", "5s", "b", "64KiB"));

        assertThat(settings.integer("n", 1, 0, 100)).isEqualTo(30);
        assertThat(settings.number("d", 1, 0, 1)).isEqualTo(0.5);
        assertThat(settings.flag("f", false)).isTrue();
        assertThat(settings.duration("s", Duration.ZERO, Duration.ZERO, Duration.ofDays(1)))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.size("b", 1, 1, 1 << 20)).isEqualTo(65536);
        assertThat(settings.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"30,30000", "0.5,500", "250ms,250", "5s,5000", "10m,600000", "2h,7200000", "7d,604800000", "1 s,1000"})
    void readsLengthsOfTime(String text, long millis) {
        Settings settings = Settings.of(Map.of("t", text));
        assertThat(settings.duration("t", Duration.ZERO, Duration.ZERO, Duration.ofDays(365)))
                .isEqualTo(Duration.ofMillis(millis));
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void reportsEveryWrongTypeAtOnceAndReturnsSomethingUsable() {
        Map<String, Object> wrong = Map.of("list", List.of(1));
        Settings settings =
                Settings.of(Map.of("a", wrong, "b", List.of(), "c", true, "d", "x", "e", "1e999999999", "f", "-3"));

        settings.string("a");
        settings.integer("b", 1, 0, 9);
        settings.requireString("c");
        settings.requireUri("d", "http", "https");
        settings.integer("e", 1, 0, 9);
        settings.duration("f", Duration.ZERO, Duration.ZERO, Duration.ofDays(1));
        settings.requireSecret("missing");
        settings.strings("a");
        settings.stringMap("c");
        settings.object("b");
        settings.objects("c");
        settings.pointer("d");
        settings.flag("d", true);
        settings.size("c", 1, 1, 2);
        settings.oneOf("d", "y", "y", "z");

        assertThat(settings.problems())
                .hasSizeGreaterThanOrEqualTo(14)
                .allSatisfy(
                        problem -> assertThat(problem.message()).isNotBlank().doesNotContain("1e999999999"));
    }

    @Test
    void neverQuotesAValueInAProblem() {
        Settings settings = Settings.of(Map.of("url", "http//hunter2", "n", "hunter2", "f", "hunter2", "t", "hunter2"));
        settings.requireUri("url", "https");
        settings.integer("n", 1, 0, 1);
        settings.flag("f", true);
        settings.duration("t", Duration.ZERO, Duration.ZERO, Duration.ZERO);

        assertThat(settings.problems()).hasSize(4);
        assertThat(settings.problems().toString() + settings).doesNotContain("hunter2");
    }
}

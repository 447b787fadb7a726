package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickHouseOptionsTest {

    @Test
    void withoutSettingsTheDefaultsHold() {
        ClickHouseOptions options = ClickHouseOptions.read(Settings.of(Map.of()));

        assertThat(options.host()).isEqualTo("localhost");
        assertThat(options.httpPort()).isEqualTo(8123);
        assertThat(options.nativePort()).isZero();
        assertThat(options.ssl()).isFalse();
        assertThat(options.database()).isEqualTo("default");
        assertThat(options.user()).isEqualTo("default");
        assertThat(options.password().isBlank()).isTrue();
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.compression()).isTrue();
    }

    @ParameterizedTest(name = "port {0}, http_port {1}, ssl {2}: {3}, native {4}")
    @CsvSource({
        "9000,      , false, 8123, 9000",
        "9440,      , true,  8443, 9440",
        "8123,      , false, 8123, 0",
        "8443,      , true,  8443, 0",
        "9000,  8080, false, 8080, 0",
        "8123,  8080, false, 8080, 0",
    })
    void theHttpPortFollowsFromThePorts(int port, Integer httpPort, boolean ssl, int used, int nativePort) {
        Map<String, ?> settings = httpPort == null
                ? Map.of("port", port, "ssl", ssl)
                : Map.of("port", port, "http_port", httpPort, "ssl", ssl);

        ClickHouseOptions options = ClickHouseOptions.read(Settings.of(settings));

        assertThat(options.httpPort()).isEqualTo(used);
        assertThat(options.nativePort()).isEqualTo(nativePort);
    }

    @Test
    void allMistakesAreReportedTogether() {
        Settings settings = Settings.of(Map.of(
                "host",
                "http://db/",
                "port",
                0,
                "http_port",
                "x",
                "ssl",
                "maybe",
                "database",
                "a;b",
                "user",
                "a:b",
                "password",
                7,
                "timeout",
                "1d",
                "compression",
                "lz4"));

        ClickHouseOptions.read(settings);

        assertThat(settings.problems()).hasSize(9);
    }

    @Test
    void thePortForTlsWithoutTlsIsWorthAWarning() {
        Settings settings = Settings.of(Map.of("port", 8443));

        ClickHouseOptions.read(settings);

        assertThat(settings.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains("ssl"));
    }

    @Test
    void thePasswordIsNotInTheText() {
        ClickHouseOptions options = ClickHouseOptions.read(Settings.of(Map.of("password", "s3cret-marker")));

        assertThat(options.toString()).doesNotContain("s3cret-marker");
    }
}

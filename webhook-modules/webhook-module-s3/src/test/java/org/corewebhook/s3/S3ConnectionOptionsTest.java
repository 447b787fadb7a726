package org.corewebhook.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3ConnectionOptionsTest {

    @Test
    void hasTheseDefaults() {
        S3ConnectionOptions options = read(Map.of());

        assertThat(options).isEqualTo(new S3ConnectionOptions(null, "us-east-1", null, false, Duration.ofSeconds(10)));
        assertThat(options).hasToString("S3 in us-east-1");
    }

    @Test
    void anEndpointOfOnesOwnIsAddressedByPathUnlessToldOtherwise() {
        Map<String, ?> own = Map.of("endpoint", "https://store.example:9000/base");

        assertThat(read(own).pathStyle()).isTrue();
        assertThat(read(own).endpoint()).isEqualTo(URI.create("https://store.example:9000/base"));
        assertThat(read(Map.of("endpoint", "http://10.0.0.1", "path_style", false))
                        .pathStyle())
                .isFalse();
    }

    @Test
    void neverShowsItsKeys() {
        S3ConnectionOptions options = read(Map.of(
                "aws_access_key_id", "hidden-1",
                "aws_secret_access_key", "hidden-2",
                "aws_session_token", "hidden-3"));

        assertThat(options.toString() + options.credentials()).doesNotContain("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws_access_key_id", "aws_secret_access_key"})
    void wantsBothKeysOrNone(String key) {
        assertThat(problems(Map.of(key, "hidden"))).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isNotEqualTo("/" + key).startsWith("/aws_");
            assertThat(problem.message()).contains("both keys").doesNotContain("hidden");
        });
        assertThat(problems(Map.of("aws_session_token", "hidden"))).hasSize(2);
        assertThat(problems(Map.of("aws_access_key_id", "", "aws_secret_access_key", " ")))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://store.example",
                "store.example:9000",
                "https://user:hidden@store.example",
                "https://store.example?token=hidden",
                "https://store.example:70000",
                "http://169.254.169.254",
                "http://[fd00:ec2::254]"
            })
    void refusesEndpoints(String endpoint) {
        assertThat(problems(Map.of("endpoint", endpoint))).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("/endpoint");
            assertThat(problem.message()).doesNotContain("hidden");
        });
    }

    @Test
    void reportsAllProblemsTogether() {
        assertThat(problems(Map.of(
                        "aws_access_key_id", "a",
                        "region", "eu/../",
                        "endpoint", "x",
                        "path_style", "maybe",
                        "timeout", "1h")))
                .hasSize(5);
    }

    private static S3ConnectionOptions read(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        S3ConnectionOptions options = S3ConnectionOptions.read(settings);
        assertThat(settings.problems()).isEmpty();
        return options;
    }

    private static List<Problem> problems(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        S3ConnectionOptions.read(settings);
        return settings.problems();
    }
}

package org.corewebhook.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWebhookOptionsTest {

    @Test
    void hasTheseDefaults() {
        HttpWebhookOptions options = read(Map.of("url", "https://hooks.example/a?token=1"));

        assertThat(options.method()).isEqualTo("POST");
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.maxConnections()).isEqualTo(64);
        assertThat(options).hasToString("POST https://hooks.example");
    }

    @Test
    void connectsWithinTheTimeoutWhenThatIsShorter() {
        assertThat(read(Map.of("url", "https://hooks.example/", "timeout", 2)).connectTimeout())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hooks.example/",
                "HTTP://hooks.example:8080/a",
                "http://localhost/",
                "http://127.0.0.1/",
                "http://10.0.0.1/",
                "http://192.168.1.1:65535/",
                "http://[::1]:8080/",
                "http://[fd12:3456::1]/",
                "http://service-1/",
                "http://1.2.3.example/",
                "https://hooks.example/caf\u00e9"
            })
    void takesUrlsOfTheOperator(String url) {
        assertThat(problems(Map.of("url", url))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://169.254.169.254/latest/meta-data/ | link-local",
                "http://[fe80::1]/ | link-local",
                "http://[::ffff:169.254.169.254]/ | link-local",
                "http://[::169.254.169.254]/ | link-local",
                "http://[64:ff9b::169.254.169.254]/ | link-local",
                "http://[fd00:ec2::254]/ | AWS",
                "http://100.100.100.200/ | Alibaba",
                "http://192.0.0.192/ | Oracle",
                "http://0.0.0.0/ | unspecified",
                "http://[::]/ | unspecified",
                "http://224.0.0.1/ | multicast",
                "http://255.255.255.255/ | broadcast",
                "http://2852039166/ | usual form",
                "http://0xA9FEA9FE/ | usual form",
                "http://169.254.43518/ | URL with a host",
                "http://0251.0376.0251.0376/ | URL with a host",
                "http://169.254.169.254./ | URL with a host",
                "http://1.2.3.4.5/ | URL with a host",
                "http://999.1.1.1/ | URL with a host",
                "http://[fe80::1%nosuchinterface]/ | exists",
                "http://hooks.example:0/ | port",
                "http://hooks.example:65536/ | port",
                "http://user:secret@hooks.example/ | user or password",
                "ftp://hooks.example/ | URL with a host",
                "hooks.example/a | URL with a host",
                "http:///a | URL with a host",
                "file:///etc/passwd | URL with a host"
            })
    void refusesAUrlThatCannotBeMeant(String url, String reason) {
        assertThat(problems(Map.of("url", url))).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("/url");
            assertThat(problem.message()).contains(reason).doesNotContain("secret");
        });
    }

    @Test
    void refusesWhenThereIsNoUrl() {
        assertThat(problems(Map.of()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).isEqualTo("Is missing"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:81/, 127.0.0.1",
        "http://HOOKS.example/, hooks.example",
        "http://hooks.example/, ' Hooks.Example '",
        "http://[::1]/, ::1",
        "http://[::1]/, [::1]"
    })
    void takesAUrlWhoseHostIsAllowed(String url, String allowed) {
        assertThat(problems(Map.of("url", url, "allowed_hosts", List.of("other.example", allowed))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example/", "http://hooks.example.evil/", "http://a.hooks.example/"})
    void refusesAUrlWhoseHostIsNotAllowed(String url) {
        assertThat(problems(Map.of("url", url, "allowed_hosts", List.of("hooks.example"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("is not one of allowed_hosts"));
    }

    @Test
    void anEmptyListAllowsNoHost() {
        assertThat(problems(Map.of("url", "http://hooks.example/", "allowed_hosts", List.of())))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, 0",
        "timeout, 11m",
        "connect_timeout, 31s",
        "connect_timeout, 1ms",
        "max_connections, 0",
        "max_connections, 10001",
        "method, GET"
    })
    void refusesValuesOutOfRange(String key, String value) {
        Map<String, Object> settings = new HashMap<>(Map.of("url", "http://hooks.example/"));
        settings.put(key, value);

        assertThat(problems(settings))
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/" + key));
    }

    private static HttpWebhookOptions read(Map<String, ?> values) {
        return HttpWebhookOptions.read(Settings.of(values));
    }

    private static List<Problem> problems(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        new HttpWebhookProvider().create(settings, null);
        return settings.problems();
    }
}

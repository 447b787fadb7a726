package org.corewebhook.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.websocket.WebSocketOptions.Confirm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketOptionsTest {

    private static final String URL = "ws://peer.example/a?token=1";

    @Test
    void hasTheseDefaults() {
        WebSocketOptions options = read(Map.of("url", URL));

        assertThat(options.frames()).isEqualTo(new EventFrames(true, false, false));
        assertThat(options.confirm()).isEqualTo(Confirm.PONG);
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.pingInterval()).isZero();
        assertThat(options.checkAfterIdle()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.headers().reveal()).isEmpty();
        assertThat(options.tls()).isNull();
        assertThat(options).hasToString("ws://peer.example");
    }

    @Test
    void takesTheSampleOfTheReferenceWithAWarningAboutRetries() {
        Map<String, ?> sample = Map.of(
                "url",
                "ws://localhost:8080/webhooks",
                "format",
                "json",
                "include_headers",
                true,
                "wait_for_response",
                false,
                "timeout",
                10,
                "max_retries",
                3);

        assertThat(problems(sample)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
            assertThat(problem.path()).isEqualTo("/max_retries");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "ws://peer.example/, 80, false",
        "WSS://peer.example/, 443, true",
        "wss://peer.example:8443/caf\u00e9?a=b, 8443, true",
        "ws://localhost/, 80, false",
        "ws://10.0.0.1/, 80, false",
        "ws://[::1]:8080/, 8080, false"
    })
    void takesUrlsOfTheOperator(String url, int port, boolean secure) {
        WebSocketOptions options = read(Map.of("url", url));

        assertThat(problems(Map.of("url", url))).isEmpty();
        assertThat(options.port()).isEqualTo(port);
        assertThat(options.isSecure()).isEqualTo(secure);
        assertThat(options.url().toString())
                .startsWith(secure ? "wss://" : "ws://")
                .isASCII();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ws://169.254.169.254/latest/ | link-local",
                "ws://[::ffff:169.254.169.254]/ | link-local",
                "ws://[fd00:ec2::254]/ | AWS",
                "ws://0.0.0.0/ | unspecified",
                "ws://2852039166/ | usual form",
                "ws://0xA9FEA9FE/ | usual form",
                "ws://peer.example:0/ | port",
                "ws://peer.example:65536/ | port",
                "ws://user:secret@peer.example/ | user or password",
                "ws://peer.example/#secret | fragment",
                "http://peer.example/ | URL with a host",
                "ws:///a | URL with a host"
            })
    void refusesAUrlThatCannotBeMeant(String url, String reason) {
        assertThat(problems(Map.of("url", url))).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("/url");
            assertThat(problem.message()).contains(reason).doesNotContain("secret");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, 0",
        "timeout, 11m",
        "ping_interval, 500ms",
        "check_after_idle, 2h",
        "confirm, maybe",
        "ca_file, /nowhere.pem"
    })
    void refusesValuesOutOfRange(String key, String value) {
        assertThat(problems(with(key, value)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/" + key));
    }

    @Test
    void refusesWaitForResponseBesideAnotherWayOfConfirming() {
        assertThat(problems(Map.of("url", URL, "wait_for_response", true, "confirm", "pong")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/wait_for_response"));
        assertThat(read(Map.of("url", URL, "wait_for_response", true)).confirm())
                .isEqualTo(Confirm.RESPONSE);
        assertThat(read(Map.of("url", URL, "wait_for_response", true, "confirm", "response"))
                        .confirm())
                .isEqualTo(Confirm.RESPONSE);
        assertThat(read(Map.of("url", URL, "wait_for_response", false, "confirm", "none"))
                        .confirm())
                .isEqualTo(Confirm.NONE);
    }

    @Test
    void takesAnyOtherFormatForRawAsTheReferenceDoes() {
        assertThat(read(with("format", "text")).frames().envelope()).isFalse();
        assertThat(problems(with("format", "text")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING));
        assertThat(problems(with("format", "raw"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Host", "upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Extensions", "a b", ""})
    void refusesHeadersThatAreNotForTheOperatorToSet(String name) {
        assertThat(problems(with("headers", Map.of(name, "secret"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "secret\r\nX-A: b", "secret\u00e9", "secret\u0000"})
    void refusesHeaderValuesThatCannotBeSent(String value) {
        assertThat(problems(with("headers", Map.of("X-Token", value))))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).startsWith("X-Token").doesNotContain("secret"));
    }

    @Test
    void refusesAnAuthorityFileWithoutCertificates(@TempDir Path folder) throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        Path broken = Files.writeString(folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");

        assertThat(problems(with("ca_file", empty.toString()))).hasSize(1);
        assertThat(problems(with("ca_file", broken.toString()))).hasSize(1);
    }

    @Test
    void theSampleOfTheReadmeLoads(@TempDir Path folder) throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        int start = readme.indexOf("```json\n") + "```json\n".length();
        Path sample = Files.writeString(
                folder.resolve("webhooks.json"), readme.substring(start, readme.indexOf("```", start)));

        try (WebhookProcessor processor = WebhookProcessor.builder()
                .files(sample, null)
                .environment(variable -> "token")
                .build()) {
            assertThat(processor.configuration().problems()).isEmpty();
            assertThat(processor.configuration().endpoints()).hasSize(1);
        }
    }

    private static Map<String, ?> with(String key, Object value) {
        Map<String, Object> settings = new HashMap<>(Map.of("url", URL));
        settings.put(key, value);
        return settings;
    }

    private static WebSocketOptions read(Map<String, ?> values) {
        return WebSocketOptions.read(Settings.of(values));
    }

    private static List<Problem> problems(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        new WebSocketProvider().create(settings, null);
        return settings.problems();
    }
}

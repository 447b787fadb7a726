package org.corewebhook.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogOutputTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Headers HEADERS = Headers.of("Content-Type", "application/json", "X-API-Key", "k1");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void printsOneJsonObjectPerEvent() throws Exception {
        log(true, false).deliver(event(HEADERS, "{\"a\": [1.50, \"ž\"],\n \"b\": {}}"));

        assertThat(text())
                .isEqualTo("{\"event\":\"id-1\",\"endpoint\":\"shop\",\"received_at\":\"2026-01-02T03:04:05Z\","
                        + "\"headers\":{\"content-type\":\"application/json\",\"x-api-key\":\"[REDACTED]\"},"
                        + "\"body\":{\"a\":[1.50,\"ž\"],\"b\":{}}}\n");
    }

    @Test
    void indentsWhenAsked() throws Exception {
        log(true, true).deliver(event(Headers.empty(), "[1,{\"a\":[]}]"));

        assertThat(text()).isEqualTo("""
                        {
                          "event": "id-1",
                          "endpoint": "shop",
                          "received_at": "2026-01-02T03:04:05Z",
                          "headers": {},
                          "body": [
                            1,
                            {
                              "a": []
                            }
                          ]
                        }
                        """);
    }

    @Test
    void redactsCredentialsInJsonAndForms() throws Exception {
        LogOutput log = log(true, false);
        log.deliver(event(HEADERS, "{\"password\":\"p1\",\"auth\":{\"user\":\"u1\"},\"author\":\"ann\"}"));
        log.deliver(event(
                Headers.of("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
                "to%6ben=t1&text=hi&api%5Fkey=k2&%zz=1&flag"));

        assertThat(text())
                .contains("\"author\":\"ann\"", "\"password\":\"[REDACTED]\"", "\"user\":\"[REDACTED]\"")
                .contains("\"to%6ben=[REDACTED]&text=hi&api%5Fkey=[REDACTED]&%zz=1&flag\"")
                .doesNotContain("p1", "u1", "k1", "t1", "k2");
    }

    @Test
    void showsCredentialsOnlyIfTold() throws Exception {
        log(false, false).deliver(event(HEADERS, "{\"password\":\"p1\"}"));

        assertThat(text()).contains("\"x-api-key\":\"k1\"", "\"password\":\"p1\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "{\"a\":1,}", "{} {}", "line\r\nline \"q\" \\ \u0000\u001b[31m"})
    void printsOtherTextAsText(String body) throws Exception {
        log(true, false).deliver(event(Headers.empty(), body));

        assertThat(parsed().get("body").textValue()).isEqualTo(body);
    }

    @Test
    void printsOtherBytesInBase64() throws Exception {
        log(true, false).deliver(event(Headers.empty(), new byte[] {'{', (byte) 0xFF, 0}));

        assertThat(parsed().get("body").get("base64").binaryValue()).containsExactly('{', 0xFF, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\t", "\u0000", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\u202e"})
    void neverPrintsRawControlCharacters(String control) throws Exception {
        LogOutput log = log(true, false);
        log.deliver(event(Headers.of("X-A", "v" + control + "v"), "text" + control));
        if (control.charAt(0) > ' ') {
            log.deliver(event(Headers.empty(), "{\"k" + control + "\":\"" + control + "\"}"));
        }

        assertThat(text().lines().count()).isEqualTo(control.charAt(0) > ' ' ? 2 : 1);
        assertThat(text().replace("\n", "")).doesNotContain(control);
        JsonNode line = MAPPER.readTree(text().lines().findFirst().orElseThrow());
        assertThat(line.get("body").textValue()).isEqualTo("text" + control);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":\"%s\"}", "%s", "[\"%s\"", "{\"%s\":1}"})
    void cutsLongBodies(String shape) throws Exception {
        String body = shape.formatted("x".repeat(20_000));
        log(true, false).deliver(event(Headers.empty(), body));

        assertThat(parsed().get("body").textValue())
                .isEqualTo(body.substring(0, 10_000) + "... [cut: the body has " + body.length() + " bytes]");
    }

    @Test
    void keepsABodyOfExactlyTheLimit() throws Exception {
        String body = "[\"" + "é".repeat(9_996) + "\"]";
        log(true, false).deliver(event(Headers.empty(), body));
        log(true, false).deliver(event(Headers.empty(), body.replace("[", "[ ").replace("]", " \n]")));

        assertThat(text().lines())
                .allSatisfy(
                        line -> assertThat(MAPPER.readTree(line).get("body")).isEqualTo(MAPPER.readTree(body)));
    }

    @Test
    void doesNotCutACharacterInTwo() throws Exception {
        String body = "a" + "😀".repeat(10_000);
        log(true, false).deliver(event(Headers.empty(), body));

        assertThat(parsed().get("body").textValue())
                .isEqualTo("a" + "😀".repeat(4_999) + "... [cut: the body has 40001 bytes]");
    }

    @Test
    void cutsLongBinaries() throws Exception {
        byte[] body = new byte[20_000];
        body[3] = (byte) 0xFF;
        log(true, false).deliver(event(Headers.empty(), body));

        assertThat(parsed().get("body").get("base64").textValue())
                .endsWith("A... [cut: the body has 20000 bytes]")
                .hasSizeLessThan(10_100);
    }

    @Test
    void boundsTheIndentationOfDeepText() throws Exception {
        log(true, true).deliver(event(Headers.empty(), "[".repeat(5_000) + "]".repeat(5_000)));

        assertThat(printed.size()).isLessThan(3_000_000);
        assertThat(text()).endsWith("]\n}\n");
    }

    @Test
    void failsForRetryWhenTheStreamDoes() {
        PrintStream broken = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThatThrownBy(() -> new LogOutput(broken, true, false).deliver(event(HEADERS, "{}")))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("Standard output cannot be written to");
    }

    @Test
    void doesNotMixTheLinesOfThreads() throws Exception {
        LogOutput log = log(true, false);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> deliveries = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            byte[] body = ("{\"n\":" + i + ",\"pad\":\"" + "x".repeat(i * 20) + "\"}").getBytes(StandardCharsets.UTF_8);
            deliveries.add(threads.submit(() -> {
                log.deliver(event(HEADERS, body));
                return null;
            }));
        }
        for (Future<?> delivery : deliveries) {
            delivery.get();
        }
        threads.shutdown();

        assertThat(text().lines().map(LogOutputTest::number)).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void isMadeByItsProviderAndPrintsToStandardOutput() throws Exception {
        Settings settings = Settings.of(Map.of("redact_sensitive", "false", "pretty_print", true));
        OutputModule log = new LogOutputProvider().create(settings, null);
        PrintStream original = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            log.deliver(event(HEADERS, "1"));
        } finally {
            System.setOut(original);
        }

        assertThat(settings.problems()).isEmpty();
        assertThat(text()).startsWith("{\n  \"event\": \"id-1\"").contains("k1");
        assertThat(log.concurrency()).isEqualTo(64);
        assertThat(log.timeout()).isEqualTo(Duration.ZERO);
    }

    private LogOutput log(boolean redact, boolean indented) {
        return new LogOutput(new PrintStream(printed, false, StandardCharsets.US_ASCII), redact, indented);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private JsonNode parsed() throws IOException {
        return MAPPER.readTree(text());
    }

    private static int number(String line) {
        try {
            return MAPPER.readTree(line).at("/body/n").intValue();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private static WebhookEvent event(Headers headers, String body) {
        return event(headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static WebhookEvent event(Headers headers, byte[] body) {
        return new WebhookEvent("id-1", "shop", Instant.parse("2026-01-02T03:04:05Z"), headers, body);
    }
}

package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

class S3OutputTest {

    private final S3Server server = S3Server.shared();
    private SharedConnection connection;
    private String bucket;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        connection = server.connection();
        bucket = server.newBucket();
    }

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void storesAnEventWithItsTypeAndItsId() throws Exception {
        WebhookEvent event = Events.event(
                Headers.of("Content-Type", "text/xml;charset=utf-8", "X-Event", "push"), "<a/>".getBytes(UTF_8));

        output(Map.of()).deliver(event);

        String key = "webhooks/2026/01/01/00/webhook_" + event.id() + ".json";
        assertThat(server.keys(bucket)).containsExactly(key);
        HeadObjectResponse head = head(key);
        assertThat(head.contentType()).isEqualTo("text/xml;charset=utf-8");
        assertThat(head.metadata()).isEqualTo(Map.of("webhook_event_id", event.id()));
        assertThat(head.contentLength()).isEqualTo(4);
    }

    @Test
    void keepsHeadersAsMetadataWhenAsked() throws Exception {
        Headers headers = Headers.of(
                "X-Event", "push", "X-Name", "J\u00f6rg", "X-Spaces", "a  b", "Authorization", "Bearer hidden");
        WebhookEvent event = Events.event(headers, new byte[0]);

        output(Map.of("include_headers", true, "content_type", "application/cloudevents+json"))
                .deliver(event);

        HeadObjectResponse head = head(onlyKey());
        assertThat(head.contentType()).isEqualTo("application/cloudevents+json");
        assertThat(head.metadata())
                .isEqualTo(Map.of(
                        "webhook_event_id", event.id(),
                        "x_event", "push",
                        "x_name", "=?UTF-8?B?SsO2cmc=?=",
                        "x_spaces", "=?UTF-8?B?YSAgYg==?="));
    }

    @Test
    void callsItJsonWhenTheSenderNamedNoTypeAndBytesWhenTheTypeCannotBeSent() throws Exception {
        output(Map.of("prefix", "none")).deliver(Events.event(Headers.empty(), new byte[0]));
        assertThat(head(onlyKey()).contentType()).isEqualTo("application/json");

        output(Map.of("prefix", "bad")).deliver(Events.event(Headers.of("Content-Type", "\u00e9"), new byte[0]));
        String bad = server.keys(bucket).get(0);
        assertThat(bad).startsWith("bad/");
        assertThat(head(bad).contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void saysHowTheBytesAreEncoded() throws Exception {
        output(Map.of()).deliver(Events.event(Headers.of("Content-Encoding", "gzip"), new byte[] {31, -117}));

        assertThat(head(onlyKey()).contentEncoding()).isEqualTo("gzip");
    }

    @Test
    void anEventThatComesAgainIsDeliveredAndNotWrittenAgain() throws Exception {
        WebhookEvent event = Events.event("first");
        OutputModule output = output(Map.of());

        output.deliver(event);
        output.deliver(event.with(event.headers(), "second".getBytes(UTF_8)));

        assertThat(server.bytes(bucket, onlyKey())).asString(UTF_8).isEqualTo("first");
    }

    @Test
    void anEventThatComesAgainIsWrittenAgainWithoutTheCondition() throws Exception {
        WebhookEvent event = Events.event("first");
        OutputModule output = output(Map.of("if_none_match", false));

        output.deliver(event);
        output.deliver(event.with(event.headers(), "second".getBytes(UTF_8)));

        assertThat(server.bytes(bucket, onlyKey())).asString(UTF_8).isEqualTo("second");
    }

    @Test
    void aNameThatAnotherEventHasIsARefusalAndNeverALoss() throws Exception {
        OutputModule output = output(Map.of("filename_pattern", "{endpoint}.json"));
        WebhookEvent first = Events.event("first");

        output.deliver(first);
        output.deliver(first);
        DeliveryException failure =
                catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("second")));

        assertThat(failure).hasMessageContaining("Another event").hasMessageContaining("{uuid}");
        assertThat(failure.isRetryable()).isFalse();
        assertThat(server.bytes(bucket, onlyKey())).asString(UTF_8).isEqualTo("first");
    }

    @Test
    void aBucketThatIsMissingMayComeYet() throws Exception {
        bucket = "no-such-bucket-" + ProcessHandle.current().pid();

        DeliveryException failure = failure(output(Map.of()));

        assertThat(failure).hasMessageContaining("404 NoSuchBucket: check bucket and endpoint");
        assertThat(failure.isRetryable()).isTrue();
    }

    @Test
    void keysThatAreWrongMayBeMended() {
        Map<String, Object> settings = server.settings();
        settings.put("aws_secret_access_key", "hidden-and-wrong");
        try (SharedConnection wrong = S3Server.connection(settings)) {
            DeliveryException failure = failure(output(Map.of(), wrong));

            assertThat(failure).hasMessageContaining("403").hasMessageContaining("check the keys");
            assertThat(failure).hasStackTraceContaining("S3").hasMessageNotContaining("hidden");
            assertThat(failure.isRetryable()).isTrue();
        }
    }

    @Test
    void aBatchBecomesOneObjectOfLines() throws Exception {
        Headers headers = Headers.of("Content-Type", "application/json", "X-Event", "push", "Cookie", "hidden");
        List<WebhookEvent> events = List.of(
                Events.event(headers, "{\"a\" : 1.0, \"a\":\"\u00e9\"}".getBytes(UTF_8)),
                Events.event(Headers.empty(), "{\n}".getBytes(UTF_8)),
                Events.event(new byte[] {(byte) 0xff, 0}));

        OutputModule output = output(Map.of("batch", Map.of(), "include_headers", true));
        assertThat(output.deliverAll(events))
                .hasSize(3)
                .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());

        assertThat(onlyKey()).startsWith("webhooks/2026/01/01/00/batch_").endsWith(".ndjson.gz");
        assertThat(head(onlyKey()).metadata())
                .isEqualTo(Map.of("webhook_event_id", events.get(0).id(), "webhook_event_count", "3"));
        List<StoredEvents.Line> lines = StoredEvents.read(server.bytes(bucket, onlyKey()));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).json().get("id").asText())
                .isEqualTo(events.get(0).id());
        assertThat(lines.get(0).json().get("endpoint").asText()).isEqualTo("test");
        assertThat(lines.get(0).json().get("received_at").asText())
                .isEqualTo(events.get(0).receivedAt().toString());
        assertThat(lines.get(0).json().get("content_type").asText()).isEqualTo("application/json");
        assertThat(lines.get(0).json().get("headers"))
                .hasToString("{\"content-type\":\"application/json\",\"x-event\":\"push\"}");
        assertThat(lines.get(0).json().has("body")).isTrue();
        assertThat(lines.get(1).json().has("body_base64")).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(lines.get(i).body()).isEqualTo(events.get(i).body());
        }
    }

    @Test
    void aBatchIsSplitByItsBytesAndOneLargeEventStandsAlone() throws Exception {
        List<WebhookEvent> events = new ArrayList<>();
        for (int size : new int[] {400, 400, 400, 5000, 400}) {
            events.add(Events.event(new byte[size]));
        }

        output(Map.of("batch", Map.of("max_bytes", 1024))).deliverAll(events);

        List<Integer> sizes = new ArrayList<>();
        for (String key : server.keys(bucket)) {
            sizes.add(StoredEvents.read(server.bytes(bucket, key)).size());
        }
        assertThat(sizes).containsExactlyInAnyOrder(2, 1, 1, 1);
    }

    @Test
    void aBatchThatComesAgainIsNotWrittenAgainAndAnotherOneIs() throws Exception {
        OutputModule output = output(Map.of("batch", Map.of()));
        List<WebhookEvent> events = Events.numbered(3);

        output.deliverAll(events);
        output.deliverAll(events);
        assertThat(server.keys(bucket)).hasSize(1);

        output.deliverAll(events.subList(0, 2));
        assertThat(server.keys(bucket)).hasSize(2);
    }

    @Test
    void anIndependentClientReadsTheSameBytes() throws Exception {
        byte[] body = "{\"n\": 1}\r\n\u0000\u00ff".getBytes(UTF_8);
        output(Map.of()).deliver(Events.event(body));

        Path file = folder.resolve("object");
        s3cmd("get", "s3://" + bucket + "/" + onlyKey(), file.toString());

        assertThat(file).hasBinaryContent(body);
        assertThat(s3cmd("info", "s3://" + bucket + "/" + onlyKey()))
                .contains("application/json")
                .contains("x-amz-meta-webhook_event_id");
    }

    private String s3cmd(String... arguments) throws IOException, InterruptedException {
        Map<String, Object> settings = server.settings();
        String host = server.endpoint().getAuthority();
        List<String> command = new ArrayList<>(List.of(
                TestPrograms.find("s3cmd", "apt-get install -y s3cmd").toString(),
                "--config=/dev/null",
                "--no-ssl",
                "--host=" + host,
                "--host-bucket=" + host,
                "--access_key=" + settings.get("aws_access_key_id"),
                "--secret_key=" + settings.get("aws_secret_access_key")));
        command.addAll(List.of(arguments));
        Path printed = folder.resolve("printed");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
        return Files.readString(printed);
    }

    private OutputModule output(Map<String, ?> more) {
        return output(more, connection);
    }

    private OutputModule output(Map<String, ?> more, SharedConnection to) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bucket", bucket);
        return new S3OutputProvider().create(Settings.of(settings), to);
    }

    private static DeliveryException failure(OutputModule output) {
        return catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("{}")));
    }

    private String onlyKey() {
        assertThat(server.keys(bucket)).hasSize(1);
        return server.keys(bucket).get(0);
    }

    private HeadObjectResponse head(String key) {
        return server.client().headObject(request -> request.bucket(bucket).key(key));
    }
}

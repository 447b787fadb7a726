package org.corewebhook.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendToDiskTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path base;

    private Instant now = NOW;

    @Test
    void appendsJsonAsItCameOneEventALine() throws Exception {
        try (OutputModule module = module(EventRecord.NDJSON, 1 << 20)) {
            module.deliverAll(List.of(event(1, "{\"amount\": 10.0}"), event(2, "[]")));
            module.deliver(event(3, "\"x\""));
        }
        List<String> lines = Files.readAllLines(onlySegment());
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).endsWith("\"body\":{\"amount\": 10.0}}");
        assertThat(JSON.readTree(lines.get(0)).get("content_type").asText()).isEqualTo("text/\"odd\"");
        assertThat(JSON.readTree(lines.get(2)).get("body").asText()).isEqualTo("x");
    }

    @Test
    void encodesWhatIsNoJsonOnOneLineSoThatNothingIsAltered() throws Exception {
        byte[] pretty = "{\n}".getBytes(StandardCharsets.UTF_8);
        byte[] binary = {0, (byte) 0xFF, '\n'};
        try (OutputModule module = module(EventRecord.NDJSON, 1 << 20)) {
            module.deliverAll(List.of(event(1, pretty), event(2, binary), event(3, new byte[0])));
        }
        List<byte[]> bodies = new ArrayList<>();
        for (String line : Files.readAllLines(onlySegment())) {
            bodies.add(JSON.readTree(line).get("body_base64").binaryValue());
        }
        assertThat(bodies).containsExactly(pretty, binary, new byte[0]);
    }

    @Property(tries = 200)
    void anyBodyIsReadBackFromALine(@ForAll byte[] body) throws Exception {
        JsonNode line = JSON.readTree(EventRecord.NDJSON.of(event(7, body)));
        byte[] read = line.has("body")
                ? line.get("body").toString().getBytes(StandardCharsets.UTF_8)
                : line.get("body_base64").binaryValue();
        assertThat(line.get("id").asText()).endsWith("7");
        if (line.has("body_base64")) {
            assertThat(read).isEqualTo(body);
        } else {
            assertThat(JSON.readTree(read)).isEqualTo(JSON.readTree(body));
        }
    }

    @Test
    void framesCarryLengthChecksumIdAndBody() throws Exception {
        byte[] body = {0, (byte) 0xFF, '\n'};
        try (OutputModule module = module(EventRecord.FRAMES, 1 << 20)) {
            module.deliver(event(1, body));
        }
        ByteBuffer frame = ByteBuffer.wrap(Files.readAllBytes(onlySegment()));
        assertThat(frame.getInt()).isEqualTo(36 + body.length);
        java.util.zip.CRC32C checksum = new java.util.zip.CRC32C();
        checksum.update(frame.array(), 8, 36 + body.length);
        assertThat(frame.getInt()).isEqualTo((int) checksum.getValue());
        byte[] id = new byte[36];
        frame.get(id);
        assertThat(new String(id, StandardCharsets.US_ASCII))
                .isEqualTo(event(1, body).id());
        byte[] read = new byte[frame.remaining()];
        frame.get(read);
        assertThat(read).isEqualTo(body);
    }

    @Test
    void beginsANewSegmentWhenOneIsLargeOrOldEnough() throws Exception {
        try (OutputModule module = module(EventRecord.NDJSON, 1024)) {
            module.deliver(event(1, "\"" + "x".repeat(1024) + "\""));
            module.deliver(event(2, "1"));
            assertThat(segments()).hasSize(2);
            now = NOW.plus(Duration.ofMinutes(10));
            module.deliver(event(3, "1"));
            assertThat(segments()).hasSize(3);
        }
    }

    @Test
    void neverGoesOnWithAFileOfAnEarlierRun() throws Exception {
        for (int run = 0; run < 2; run++) {
            try (OutputModule module = module(EventRecord.NDJSON, 1 << 20)) {
                module.deliver(event(run, "1"));
            }
        }
        assertThat(segments()).hasSize(2);
    }

    @Test
    void goesOnInANewFolderWhenTheOldOneWasRemoved() throws Exception {
        try (OutputModule module = module(EventRecord.NDJSON, 1 << 20)) {
            module.deliver(event(1, "1"));
            Files.delete(onlySegment());
            Files.delete(base.resolve("out"));
            assertThatThrownBy(() -> module.deliver(event(2, "1")))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessageContaining("made again");
            module.deliver(event(2, "1"));
            assertThat(Files.readString(onlySegment())).contains("\"body\":1}");
        }
    }

    @Test
    void aFailureIsRetryableAndSaysWhatToDo() throws Exception {
        Files.writeString(base.resolve("out"), "in the way");
        try (OutputModule module = module(EventRecord.NDJSON, 1 << 20)) {
            assertThatThrownBy(() -> module.deliver(event(1, "1")))
                    .isInstanceOfSatisfying(
                            DeliveryException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("is not a folder");
        }
    }

    @Test
    void refusesEventsAfterTheEnd() throws Exception {
        OutputModule module = module(EventRecord.NDJSON, 1 << 20);
        module.close();
        module.close();
        assertThatThrownBy(() -> module.deliver(event(1, "1"))).isInstanceOf(DeliveryException.class);
        assertThat(segments()).isEmpty();
    }

    private OutputModule module(EventRecord format, long rotateBytes) {
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        EventFolder folder = new EventFolder(base, base.resolve("out"), true, clock);
        AppendToDisk.Rotation rotation = new AppendToDisk.Rotation(rotateBytes, Duration.ofMinutes(10));
        return new AppendToDisk(folder, true, format, rotation, clock);
    }

    private List<Path> segments() throws IOException {
        if (!Files.isDirectory(base.resolve("out"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(base.resolve("out"))) {
            return files.toList();
        }
    }

    private Path onlySegment() throws IOException {
        assertThat(segments()).hasSize(1);
        return segments().get(0);
    }

    private static WebhookEvent event(int number, String body) {
        return event(number, body.getBytes(StandardCharsets.UTF_8));
    }

    private static WebhookEvent event(int number, byte[] body) {
        String id = "0199f000-0000-7000-8000-00000000000" + number;
        return new WebhookEvent(id, "orders", NOW, Headers.of("Content-Type", "text/\"odd\""), body);
    }
}

package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3OutageTest {

    private static final int SENDERS = 64;

    /** Delivery goes on within 10 s of the store's return; a machine that is busy with other things takes longer. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest(name = "batch: {0}")
    @ValueSource(booleans = {false, true})
    void whatWasAnswered200IsThereAfterTheStoreWasKilledTwice(boolean batch) throws Exception {
        AtomicBoolean goOn = new AtomicBoolean(true);
        try (S3Server server = S3Server.startWithFiles()) {
            String bucket = server.newBucket();
            Map<String, ?> settings = batch ? Map.of("bucket", bucket, "batch", Map.of()) : Map.of("bucket", bucket);
            Set<String> accepted;
            try (WebhookProcessor processor = processor(server, settings);
                    Senders senders = new Senders(processor, "/webhook/events", 200).start(SENDERS, n -> goOn.get())) {
                killAndRestart(server, senders);
                killAndRestart(server, senders);
                awaitMoreAccepted(senders, 100, PATIENCE);
                goOn.set(false);
                senders.awaitEnd();
                assertThat(senders.refused()).isPositive();
                accepted = senders.acceptedBodies();
            }

            // Not before: a call whose senders are gone may still be writing.
            List<String> stored = batch ? storedLines(server.files(bucket)) : storedBodies(server.files(bucket));
            assertThat(stored).allMatch(body -> body.endsWith("x\"}") && body.length() > 180);
            assertThat(stored.stream().map(body -> body.substring(0, 20))).containsAll(accepted);
        }
    }

    private static WebhookProcessor processor(S3Server server, Map<String, ?> settings) {
        Map<String, Object> connection = server.settings();
        connection.remove("timeout"); // that of an operator who sets none
        return WebhookProcessor.builder()
                .connection("objects", connection)
                .endpoint(
                        "events",
                        endpoint -> endpoint.module("s3", settings)
                                .set("connection", "objects")
                                .acknowledge(Acknowledge.DELIVERED))
                .build();
    }

    private static void killAndRestart(S3Server server, Senders senders) {
        awaitMoreAccepted(senders, 100, PATIENCE);
        server.process().kill();
        long refused = senders.refused();
        Senders.await(() -> senders.refused() > refused + SENDERS, PATIENCE);
        server.process().restart();
        awaitMoreAccepted(senders, 1, RECOVERY);
    }

    private static void awaitMoreAccepted(Senders senders, int more, Duration atMost) {
        long accepted = senders.accepted();
        Senders.await(() -> senders.accepted() >= accepted + more, atMost);
    }

    /** Reads the store's own files, past the client and the server. */
    private static List<String> storedBodies(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(S3OutageTest::text)
                    .toList();
        }
    }

    private static List<String> storedLines(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".ndjson.gz"))
                    .flatMap(file -> lines(file).stream())
                    .map(line -> new String(line.body(), UTF_8))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<StoredEvents.Line> lines(Path file) {
        try {
            return StoredEvents.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

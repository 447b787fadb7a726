package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.configuration.Problem;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every sample in the README of the Python original loads as it stands, with the modules that it names. */
class SeedSamplesTest {

    private static final Path SAMPLES = Path.of("src", "test", "resources", "seed-samples");
    private static final String CONNECTIONS = """
            {"rabbitmq_local": {"type": "rabbitmq", "host": "localhost", "port": 5672, "user": "guest", "pass": "guest"},
             "kafka_local": {"type": "kafka", "bootstrap_servers": "localhost:9092"},
             "s3_storage": {"type": "s3", "region": "us-east-1"},
             "clickhouse_local": {"type": "clickhouse", "host": "localhost", "port": 9000}}
            """;

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> everySampleLoads() throws IOException {
        try (Stream<Path> samples = Files.list(SAMPLES)) {
            List<DynamicTest> tests = samples.sorted()
                    .map(sample -> DynamicTest.dynamicTest(String.valueOf(sample.getFileName()), () -> load(sample)))
                    .toList();
            assertThat(tests).hasSize(14);
            return tests;
        }
    }

    private void load(Path sample) throws IOException {
        boolean connections = sample.toString().endsWith(".connections.json");
        Path webhooks =
                Files.writeString(folder.resolve("webhooks.json"), connections ? "{}" : Files.readString(sample));
        Path servers = Files.writeString(
                folder.resolve("connections.json"), connections ? Files.readString(sample) : CONNECTIONS);
        try (WebhookProcessor processor = WebhookProcessor.fromFiles(webhooks, servers)) {
            assertThat(processor.configuration().problems())
                    .filteredOn(problem -> problem.severity() != Problem.Severity.WARNING)
                    .extracting(Problem::toString)
                    .isEmpty();
            assertThat(processor.health().closedEndpoints()).isEmpty();
        }
    }
}

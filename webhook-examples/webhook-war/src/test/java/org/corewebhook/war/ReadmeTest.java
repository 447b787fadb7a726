package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.configuration.Problem;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every JSON sample of the READMEs can be used as it stands. */
class ReadmeTest {

    private static final Pattern SAMPLE = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<Path> PAGES = List.of(
            Path.of("..", "..", "README.md"),
            Path.of("..", "..", "webhook-modules", "webhook-module-http", "README.md"));

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> everySampleLoadsWithoutAnyProblem() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : PAGES) {
            Matcher samples = SAMPLE.matcher(Files.readString(page));
            int before = tests.size();
            while (samples.find()) {
                String sample = samples.group(1);
                int number = tests.size() + 1;
                tests.add(DynamicTest.dynamicTest("sample " + number + " of " + page, () -> load(sample)));
            }
            assertThat(tests.size()).as("samples in " + page).isGreaterThan(before);
        }
        return tests;
    }

    private void load(String sample) throws Exception {
        JsonNode json = MAPPER.readTree(sample);
        boolean connections =
                json.elements().hasNext() && json.elements().next().has("type");
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), connections ? "{}" : sample);
        Path servers = Files.writeString(folder.resolve("connections.json"), connections ? sample : "{}");
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .files(webhooks, servers)
                .environment(name -> "value")
                .store("sqlite:" + folder.resolve("webhooks.db"))
                .build()) {
            assertThat(processor.configuration().problems())
                    .extracting(Problem::toString)
                    .isEmpty();
        }
    }
}

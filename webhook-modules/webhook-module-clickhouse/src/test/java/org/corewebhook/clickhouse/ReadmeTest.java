package org.corewebhook.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.corewebhook.WebhookProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

    @Test
    void theSamplesOfTheReadmeLoadWithoutAProblem(@TempDir Path folder) throws Exception {
        List<String> samples = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
        assertThat(samples).hasSize(2);
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), samples.get(0));
        Path connections = Files.writeString(folder.resolve("connections.json"), samples.get(1));

        try (WebhookProcessor processor = WebhookProcessor.fromFiles(webhooks, connections)) {
            assertThat(processor.configuration().problems()).isEmpty();
        }
    }
}

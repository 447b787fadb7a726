package org.corewebhook.s3;

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

    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void itsExampleLoads() throws Exception {
        List<String> samples = JSON.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.substring("```json\n".length(), block.length() - "```".length()))
                .toList();
        assertThat(samples).hasSize(2);
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), samples.get(0));
        Path connections = Files.writeString(folder.resolve("connections.json"), samples.get(1));

        try (WebhookProcessor processor = WebhookProcessor.builder()
                .files(webhooks, connections)
                .environment(variable -> "value")
                .build()) {
            assertThat(processor.configuration().problems()).isEmpty();
        }
    }
}

package org.corewebhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.thirdparty.MemoryOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others write is found by its name, with one class and one services line. */
class ThirdPartyTest {

    @TempDir
    private Path folder;

    @Test
    void anOutputModuleAndAValidatorOfAThirdPartyAreFoundByName() throws Exception {
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), """
                {"mine": {"module": "memory", "module-config": {"prefix": "> "}, "weekday": {"day": "monday"}}}
                """);
        try (WebhookProcessor processor = WebhookProcessor.fromFiles(webhooks, null)) {
            assertThat(post(processor, "monday").status()).isEqualTo(200);
            WebhookResponse refused = post(processor, "sunday");

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("Not today");
            assertThat(MemoryOutput.RECEIVED).containsExactly("> {\"n\":1}");
        }
    }

    @Test
    void problemsOfTheirSettingsAreReportedLikeOurs() {
        WebhookProcessorBuilder builder = WebhookProcessor.builder()
                .endpoint(
                        "mine",
                        e -> e.set("module", "memory")
                                .set("module-config", java.util.Map.of("prefix", 7))
                                .set("weekday", java.util.Map.of()));
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("builder /mine/module-config/prefix: Must be a text")
                .hasMessageContaining("builder /mine/weekday/day: Is missing");
    }

    private static WebhookResponse post(WebhookProcessor processor, String day) {
        return processor.process(WebhookRequest.post("/webhook/mine")
                .header("X-Day", day)
                .body("{\"n\":1}")
                .build());
    }
}

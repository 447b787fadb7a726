package org.corewebhook.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tasks.handle", "app.tasks.handle", "photos.evaluate", "_a.b2"})
    void functionOfOnesOwnIsTaken(String function) {
        assertThat(problemsOf(Map.of("function", function))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "handle", "a.b.c.d", "os.system", "subprocess.run", "a.os.system", "eval", "builtins.eval",
                "a.__class__", "__builtins__.x", "a..b", ".a.b", "a b.c", "a.b()", "a.b\nc", "1a.b"
            })
    void functionThatTheContractRefusesIsAProblem(String function) {
        assertThat(problemsOf(Map.of("function", function))).hasSize(1);
    }

    @Test
    void jobInJsonCannotHoldABlob() {
        Settings settings = Settings.of(
                        Map.of("data_type", "blob", "module-config", Map.of("function", "a.b", "serializer", "json")))
                .object("module-config");

        new RedisRqProvider().create(settings, connection(Map.of("host", "h"))).close();

        assertThat(settings.problems())
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .contains("pickle");
    }

    @Test
    void connectionHasDefaultsAndTakesNumbersAsText() {
        RedisOptions options = RedisOptions.read(Settings.of(Map.of("host", "[::1]", "port", "6380", "db", "2")), null);

        assertThat(options.servers()).hasToString("[::1:6380]");
        assertThat(options.database()).isEqualTo(2);
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.ssl()).isFalse();
    }

    @Test
    void allMistakesOfAConnectionAreReportedTogether() {
        Settings settings = Settings.of(
                Map.of("port", 0, "db", -1, "user", "u", "ssl", "maybe", "timeout", 0, "max_connections", 0));

        RedisOptions.read(settings, null);

        assertThat(settings.problems()).hasSize(7); // host and password are missing
    }

    @Test
    void sentinelsNeedAddressesAndTheNameOfTheMaster() {
        Settings good = Settings.of(Map.of("sentinels", List.of("a", "b:1234", "[::1]:5"), "master", "m"));
        Settings bad = Settings.of(Map.of("sentinels", List.of("a:99999", "redis://b")));
        Settings none = Settings.of(Map.of("sentinels", List.of(), "master", "m"));

        assertThat(RedisOptions.read(good, null).servers()).hasToString("[a:26379, b:1234, ::1:5]");
        RedisOptions.read(bad, null);
        RedisOptions.read(none, null);

        assertThat(good.problems()).isEmpty();
        assertThat(bad.problems()).hasSize(3);
        assertThat(none.problems()).hasSize(1);
    }

    @Test
    void publishReadsTheObjectBesideTheModuleConfig() {
        Settings endpoint = Settings.of(
                Map.of("module", "redis_publish", "redis", Map.of("host", "bad host", "port", 0, "channel", "")));

        try (OutputModule module = new RedisPublishProvider().create(endpoint.object("module-config"), null)) {
            assertThat(endpoint.problems()).hasSize(3);
        }
    }

    @Test
    void publishGoesToTheReferencesChannelOnThisMachineByDefault() {
        Settings endpoint = Settings.of(Map.of("module", "redis_publish"));

        try (OutputModule module = new RedisPublishProvider().create(endpoint.object("module-config"), null)) {
            assertThat(endpoint.problems()).isEmpty();
            assertThat(module).hasToString("redis_publish to webhook_events");
            assertThat(module.timeout()).isEqualTo(Duration.ofSeconds(5));
        }
    }

    @Test
    void samplesOfTheReadmeLoadWithoutAWarning() throws Exception {
        Matcher blocks =
                Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        assertThat(blocks.find()).isTrue();
        Path webhooks = Files.writeString(folder.resolve("webhooks.json"), blocks.group(1));
        assertThat(blocks.find()).isTrue();
        Path connections = Files.writeString(folder.resolve("connections.json"), blocks.group(1));
        Map<String, String> environment = new HashMap<>(Map.of("REDIS_PASSWORD", "p"));

        try (WebhookProcessor processor = WebhookProcessor.builder()
                .files(webhooks, connections)
                .environment(environment::get)
                .build()) {
            assertThat(processor.configuration().problems()).isEmpty();
            assertThat(processor.configuration().endpoints()).hasSize(4);
        }
    }

    private static List<Problem> problemsOf(Map<String, ?> moduleConfig) {
        Settings settings = Settings.of(moduleConfig);
        new RedisRqProvider().create(settings, connection(Map.of("host", "h"))).close();
        return settings.problems();
    }

    private static SharedConnection connection(Map<String, ?> settings) {
        return RedisServer.connectionWith(settings);
    }
}

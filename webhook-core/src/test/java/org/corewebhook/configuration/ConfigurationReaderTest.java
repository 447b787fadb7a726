package org.corewebhook.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.Acknowledge;
import org.corewebhook.DataType;
import org.corewebhook.RetryPolicy;
import org.corewebhook.TestClock;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {

    @TempDir
    private Path folder;

    private final Map<String, String> variables = Map.of("TOKEN", "t0p");

    @Test
    void readsAnEndpointWithAllDefaults() throws Exception {
        Configuration configuration = read("{\"a\":{\"module\":\"null\"}}");
        Endpoint endpoint = configuration.endpoint("a");

        assertThat(configuration.problems()).isEmpty();
        assertThat(endpoint.closedBy()).isNull();
        assertThat(endpoint.dataType()).isEqualTo(DataType.JSON);
        assertThat(endpoint.terms().acknowledge()).isEqualTo(Acknowledge.DELIVERED);
        assertThat(endpoint.terms().acknowledgeTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(endpoint.terms().retry()).isEqualTo(RetryPolicy.WHILE_THE_SENDER_WAITS);
        assertThat(endpoint.destinations())
                .singleElement()
                .satisfies(d -> assertThat(d.lane()).isEqualTo("a/null"));
    }

    @Test
    void reportsAllProblemsAtOnceWithFilePathAndLine() throws Exception {
        Configuration configuration = read("""
                {
                  "a": {"module": "nul"},
                  "b": {
                    "module": "null",
                    "proof": {"secret": "{$NOT_SET}"}
                  },
                  "c": {"module": "null", "acknowledge": 7, "data_type": "xml"},
                  "d e": {"module": "null"}
                }
                """);

        assertThat(texts(configuration))
                .anyMatch(text -> text.startsWith("webhooks.json:2 /a/module:") && text.contains("did you mean null?"))
                .anyMatch(text -> text.startsWith("webhooks.json:5 /b/proof/secret:") && text.contains("NOT_SET"))
                .anyMatch(text -> text.startsWith("webhooks.json:7 /c/acknowledge:"))
                .anyMatch(text -> text.startsWith("webhooks.json:7 /c/data_type:") && text.contains("json, blob"))
                .anyMatch(text -> text.startsWith("webhooks.json:8 /d e:"));
    }

    @Test
    void closesAnEndpointWhoseProofIsBadAndLeavesTheOthersOpen() throws Exception {
        Configuration configuration = read("""
                {"open": {"module": "null"},
                 "unset": {"module": "null", "proof": {"secret": "{$NOT_SET}"}},
                 "empty": {"module": "null", "proof": {}},
                 "blank": {"module": "null", "proof": {"secret": " "}},
                 "isnull": {"module": "null", "proof": null},
                 "list": {"module": "null", "proof": []},
                 "unknown": {"module": "null", "proof": {"secret": "x", "algoritm": "y"}},
                 "close": {"module": "null", "prooof": {"secret": "x"}},
                 "later": {"module": "null", "oauth2": {"jwt_secret": "x"}}}
                """);

        assertThat(configuration.endpoint("open").closedBy()).isNull();
        for (String id : List.of("unset", "empty", "blank", "isnull", "list", "unknown", "close", "later")) {
            assertThat(configuration.endpoint(id).closedBy()).as(id).isNotNull();
        }
        assertThat(configuration.endpoint("later").closedBy()).contains("org.corewebhook:webhook-signatures");
        assertThat(configuration.endpoint("unset").closedBy()).contains("NOT_SET");
    }

    @Test
    void treatsABadDestinationAsOneThatIsDown() throws Exception {
        Configuration configuration = read("""
                {"unknown": {"module": "kafka", "proof": {"secret": "x"}},
                 "missing": {"proof": {"secret": "x"}},
                 "setting": {"module": "null", "module-config": {"size": "big"}},
                 "connection": {"module": "connected"},
                 "no-such": {"module": "connected", "connection": "zzz"},
                 "wrong-type": {"module": "connected", "connection": "other"},
                 "bad": {"module": "connected", "connection": "bad"},
                 "good": {"module": "connected", "connection": "good"},
                 "alias": {"module": "connected", "connection": "alias"}}
                """, """
                {"good": {"type": "test", "host": "h"}, "alias": {"type": "test-alias", "host": "h"}, "bad": {"type": "test"}, "other": {"type": "kafka"},
                 "unused": {"type": "test"}}
                """);

        for (String id : List.of("unknown", "missing", "setting", "connection", "no-such", "wrong-type", "bad")) {
            Endpoint endpoint = configuration.endpoint(id);
            assertThat(endpoint.closedBy()).as(id).isNull();
            assertThat(endpoint.destinations()).as(id).singleElement().satisfies(destination -> {
                assertThat(destination.module()).isNull();
                assertThat(destination.problem()).isNotBlank();
            });
        }
        assertThat(configuration.endpoint("unknown").destinations().get(0).problem())
                .contains("org.corewebhook:webhook-module-kafka");
        assertThat(configuration.endpoint("good").destinations().get(0).module())
                .isNotNull();
        assertThat(configuration.connections())
                .extracting(SharedConnection::name)
                .containsExactlyInAnyOrder("good", "alias");
        assertThat(texts(configuration))
                .anyMatch(text -> text.startsWith("connections.json:2 /unused/host")
                        && text.contains("no endpoint uses this connection"));
    }

    @Test
    void warnsOfOtherUnknownKeysAndNamesTheNearest() throws Exception {
        Configuration configuration =
                read("{\"a\":{\"module\":\"null\",\"acknowlege\":\"delivered\",\"module-config\":{\"siez\":3}}}");

        assertThat(configuration.endpoint("a").closedBy()).isNull();
        assertThat(configuration.problems())
                .allSatisfy(problem -> assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING));
        assertThat(texts(configuration))
                .anyMatch(text -> text.contains("/a/acknowlege") && text.contains("acknowledge?"))
                .anyMatch(text -> text.contains("/a/module-config/siez") && text.contains("size?"));
    }

    @Test
    void takesRetryKeysOfTheReferenceAndTheirRanges() throws Exception {
        Configuration configuration = read("""
                {"on": {"module": "null", "retry": {"enabled": true, "max_attempts": "99", "initial_delay": 0.5,
                         "backoff_multiplier": 3, "retryable_errors": ["ConnectionError"]}},
                 "off": {"module": "null", "retry": {"enabled": false}}}
                """);

        RetryPolicy on = configuration.endpoint("on").terms().retry();
        assertThat(on.maxAttempts()).isEqualTo(20);
        assertThat(on.initialDelay()).isEqualTo(Duration.ofMillis(500));
        assertThat(on.maxDelay()).isEqualTo(Duration.ofSeconds(60));
        assertThat(configuration.endpoint("off").terms().retry().maxAttempts()).isEqualTo(1);
        assertThat(texts(configuration)).anyMatch(text -> text.contains("/on/retry/max_attempts"));
    }

    @Test
    void refusesToStartWithAFileThatCannotBeParsedAndSaysWhere() {
        assertThatThrownBy(() -> read("{\n\"a\": {,}\n}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("webhooks.json:2");
        assertThatThrownBy(() -> read("[]")).hasMessageContaining("Must hold one JSON object");
        assertThatThrownBy(() -> read("")).hasMessageContaining("The file is empty");
        assertThatThrownBy(() -> read("{} {}")).hasMessageContaining("more after the end");
        assertThatThrownBy(() -> read("[".repeat(100_000))).hasMessageContaining("webhooks.json");
        assertThatThrownBy(() -> reader().readFrom(folder.resolve("none.json"))).hasMessageContaining("does not exist");
    }

    @Test
    void theLastOfTwoEqualKeysCountsAsInTheReferenceWithAWarning() throws Exception {
        Configuration configuration = read("{\"a\":{\"module\":\"zzz\"},\"a\":{\"module\":\"null\"}}");

        assertThat(configuration.endpoint("a").destinations().get(0).module()).isNotNull();
        assertThat(texts(configuration)).anyMatch(text -> text.contains("stands twice"));
    }

    @Test
    void theEndpointNamedDefaultServesUnknownIds() throws Exception {
        Configuration configuration = read("{\"default\":{\"module\":\"null\"},\"a\":{\"module\":\"null\"}}");
        assertThat(configuration.endpoint("zzz").id()).isEqualTo("default");
        assertThat(configuration.endpoint("a").id()).isEqualTo("a");
    }

    @Test
    void twoProvidersOfOneNameFailWithBothClassNames() {
        Providers providers = Providers.load(getClass().getClassLoader());
        providers.add(new NullProvider());
        providers.add(new OtherNullProvider());
        ConfigurationReader reader = new ConfigurationReader(providers, name -> null, new TestClock());

        assertThatThrownBy(reader::read)
                .hasMessageContaining(NullProvider.class.getName())
                .hasMessageContaining(OtherNullProvider.class.getName());
    }

    @Test
    void aProviderThatThrowsIsAProblemOfItsEndpointOnly() throws Exception {
        Configuration configuration = read("{\"a\":{\"module\":\"throwing\"},\"b\":{\"module\":\"null\"}}");
        assertThat(configuration.endpoint("a").destinations().get(0).problem()).contains("IllegalStateException");
        assertThat(configuration.endpoint("b").destinations().get(0).module()).isNotNull();
    }

    @Test
    void readsHowStoredEventsAreOrderedAndHowManyMayWait() throws Exception {
        Configuration configuration = readWithStore("""
                {"a": {"module": "null"},
                 "b": {"module": "null", "ordering_key": "/id", "max_in_flight": 4,
                       "max_pending": 10, "max_pending_bytes": "1MiB"},
                 "c": {"module": "null", "ordering": "strict"},
                 "d": {"module": "null", "ordering_key": "/id"}}
                """);

        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.endpoint("d").terms().maxInFlight())
                .as("as many as the module likes")
                .isZero();
        Endpoint.DeliveryTerms relaxed = configuration.endpoint("a").terms();
        assertThat(relaxed.maxInFlight()).as("in order of arrival").isEqualTo(1);
        assertThat(relaxed.maxPending()).isEqualTo(10_000_000);
        assertThat(relaxed.keepsOrder()).isFalse();
        Endpoint.DeliveryTerms keyed = configuration.endpoint("b").terms();
        assertThat(keyed.orderingKey()).isNotNull();
        assertThat(keyed.maxInFlight()).isEqualTo(4);
        assertThat(keyed.maxPending()).isEqualTo(10);
        assertThat(keyed.maxPendingBytes()).isEqualTo(1 << 20);
        assertThat(keyed.keepsOrder()).isTrue();
        assertThat(configuration.endpoint("c").terms().keepsOrder()).isTrue();
    }

    @Test
    void refusesOrdersThatCannotBeKept() throws Exception {
        Configuration configuration = readWithStore("""
                {"a": {"module": "null", "ordering_key": "/id", "acknowledge": "received"},
                 "b": {"module": "null", "ordering_key": "/id", "ordering": "strict"},
                 "c": {"module": "null", "ordering": "strict", "max_in_flight": 2}}
                """);

        assertThat(texts(configuration))
                .anyMatch(text -> text.contains("/a/ordering_key:") && text.contains("stored"))
                .anyMatch(text -> text.contains("/b/ordering_key:") && text.contains("remove one of the two"))
                .anyMatch(text -> text.contains("/c/max_in_flight:"));
    }

    private Configuration readWithStore(String webhooks) throws IOException {
        ConfigurationReader reader = newReader();
        reader.withStore();
        reader.files(Files.writeString(folder.resolve("webhooks.json"), webhooks), null);
        return reader.read();
    }

    private Configuration read(String webhooks) throws IOException {
        return read(webhooks, "{}");
    }

    private Configuration read(String webhooks, String connections) throws IOException {
        Path webhooksFile = Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Path connectionsFile = Files.writeString(folder.resolve("connections.json"), connections);
        ConfigurationReader reader = newReader();
        reader.files(webhooksFile, connectionsFile);
        return reader.read();
    }

    private interface FileReader {
        Configuration readFrom(Path file);
    }

    private FileReader reader() {
        return file -> {
            ConfigurationReader reader = newReader();
            reader.files(file, null);
            return reader.read();
        };
    }

    private ConfigurationReader newReader() {
        Providers providers = Providers.load(getClass().getClassLoader());
        providers.add(new NullProvider());
        providers.add(new ConnectedProvider());
        providers.add(new ThrowingProvider());
        providers.add(new ProofProvider());
        providers.add(new TestConnectionProvider("test"));
        providers.add(new TestConnectionProvider("test-alias"));
        return new ConfigurationReader(providers, variables::get, new TestClock());
    }

    private static List<String> texts(Configuration configuration) {
        return configuration.problems().stream().map(Problem::toString).toList();
    }

    private static class NullProvider implements OutputModuleProvider {
        @Override
        public String name() {
            return "null";
        }

        @Override
        public OutputModule create(Settings settings, SharedConnection connection) {
            settings.integer("size", 1, 0, 10);
            return event -> {};
        }
    }

    private static final class OtherNullProvider extends NullProvider {}

    private static final class ThrowingProvider implements OutputModuleProvider {
        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public OutputModule create(Settings settings, SharedConnection connection) {
            throw new IllegalStateException("defect");
        }
    }

    private static final class ConnectedProvider implements OutputModuleProvider {
        @Override
        public String name() {
            return "connected";
        }

        @Override
        public String connectionType() {
            return "test";
        }

        @Override
        public boolean acceptsConnection(String type) {
            return type.startsWith("test");
        }

        @Override
        public OutputModule create(Settings settings, SharedConnection connection) {
            return (WebhookEvent event) -> {};
        }
    }

    private static final class ProofProvider implements ValidatorProvider {
        @Override
        public String key() {
            return "proof";
        }

        @Override
        public Validator create(Settings endpoint) {
            endpoint.object("proof").requireSecret("secret");
            return request -> ValidationResult.accepted();
        }
    }

    private static final class TestConnectionProvider implements ConnectionProvider {

        private final String type;

        TestConnectionProvider(String type) {
            this.type = type;
        }

        @Override
        public String type() {
            return type;
        }

        @Override
        public Opener prepare(Settings settings) {
            settings.requireString("host");
            return () -> () -> {};
        }
    }

    @Test
    void whatTheBuilderSaysIsReadLikeAFile() throws Exception {
        ConfigurationReader reader = newReader();
        ObjectNode settings = (ObjectNode) new ObjectMapper().readTree("{\"proof\":{\"secret\":\"{$TOKEN}\"}}");
        reader.endpoint("built", settings, List.of(), Map.of("mine", event -> {}));
        Configuration configuration = reader.read();

        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.endpoint("built").destinations())
                .singleElement()
                .satisfies(destination -> assertThat(destination.lane()).isEqualTo("built/mine"));
    }
}

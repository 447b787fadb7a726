package org.corewebhook.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.assertj.core.util.Throwables;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;

/** A broker that wants to know who is there (SASL PLAIN). */
class KafkaPasswordTest {

    private final KafkaBroker broker = KafkaBroker.own();

    @Test
    void deliversWithThePasswordOfTheConnection() throws Exception {
        String topic = broker.newTopic();
        try (SharedConnection connection = broker.connectionWith(broker.rightPassword())) {
            output(topic, connection).deliver(Events.event("{}"));
        }

        assertThat(broker.records(topic)).hasSize(1);
    }

    @Test
    void failsRetryablyWithAWrongPasswordAgainAndAgainAndDoesNotTellIt() {
        String topic = broker.newTopic();
        try (SharedConnection connection = broker.connectionWith("wr0ng-password")) {
            OutputModule output = output(topic, connection);
            for (int attempt = 0; attempt < 3; attempt++) {
                DeliveryException failure =
                        catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("{}")));
                assertThat(failure.isRetryable()).isTrue();
                assertThat(Throwables.getStackTrace(failure))
                        .contains("uthentication")
                        .doesNotContain("wr0ng");
            }
        }
    }

    @Test
    void failsRetryablyWhenTheLoginCannotBeReadAndDoesNotQuoteIt() {
        Map<String, String> settings = Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.example.Login s3cret-word");
        try (SharedConnection connection = TestConnections.connection(settings)) {
            OutputModule output = output("orders", connection);

            DeliveryException failure =
                    catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("{}")));

            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("sasl.jaas.config");
            assertThat(Throwables.getStackTrace(failure)).doesNotContain("s3cret");
        }
    }

    @Test
    void failsRetryablyAndNamesTheFileWhenTheTrustStoreIsMissing() {
        Map<String, String> settings =
                Map.of("security.protocol", "SSL", "ssl.truststore.location", "/nowhere/trust.p12");
        try (SharedConnection connection = TestConnections.connection(settings)) {
            OutputModule output = output("orders", connection);

            DeliveryException failure =
                    catchThrowableOfType(DeliveryException.class, () -> output.deliver(Events.event("{}")));

            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("/nowhere/trust.p12");
        }
    }

    @Test
    void failsRetryablyWhenNoServerHasAnAddress() {
        Map<String, String> settings = Map.of("bootstrap_servers", "no-such-host.invalid:9092", "timeout", "2s");
        try (SharedConnection connection = TestConnections.connection(settings)) {
            DeliveryException failure = catchThrowableOfType(
                    DeliveryException.class, () -> output("orders", connection).deliver(Events.event("{}")));

            assertThat(failure.isRetryable()).isTrue();
        }
    }

    private static OutputModule output(String topic, SharedConnection connection) {
        return new KafkaOutputProvider().create(Settings.of(Map.of("topic", topic)), connection);
    }
}

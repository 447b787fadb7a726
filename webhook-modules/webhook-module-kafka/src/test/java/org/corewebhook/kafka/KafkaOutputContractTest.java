package org.corewebhook.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.BeforeEach;

class KafkaOutputContractTest extends OutputModuleContract {

    private final KafkaBroker broker = KafkaBroker.shared();
    private String topic;

    @BeforeEach
    void makeATopic() {
        topic = broker.newTopic();
    }

    @Override
    protected OutputModuleProvider provider() {
        return new KafkaOutputProvider();
    }

    @Override
    protected SharedConnection connection() {
        return broker.connection();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("topic", topic);
    }

    @Override
    protected List<byte[]> received() {
        return broker.records(topic).stream().map(ConsumerRecord::value).toList();
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return Map.of("topic", "nowhere");
    }

    @Override
    protected SharedConnection unreachableConnection() {
        return TestConnections.connection(Map.of(
                "bootstrap_servers",
                "127.0.0.1:" + TestPrograms.freePort(),
                "timeout",
                "2s",
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "properties",
                Map.of(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\""
                                + SECRET + "\";",
                        "ssl.key.password",
                        SECRET)));
    }

    @Override
    protected Refusal refusal() {
        String tiny = broker.newTopic(1, Map.of("max.message.bytes", "10"));
        return Refusal.by(Map.of("topic", tiny), broker.connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("topic", "no/" + SECRET, "key", 7, "partition", -1, "forward_headers", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 4;
    }
}

package org.corewebhook.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.corewebhook.testkit.server.TestPrograms;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class RabbitMqContractTest extends OutputModuleContract {

    private final RabbitServer server = RabbitServer.shared();
    private final String queue = RabbitServer.newName("contract");
    private final List<byte[]> received = new ArrayList<>();

    @AfterEach
    void deleteTheQueue() throws Exception {
        try (Connection connection = server.connect();
                Channel channel = connection.createChannel()) {
            channel.queueDelete(queue);
        }
    }

    @Override
    protected OutputModuleProvider provider() {
        return new RabbitMqProvider();
    }

    @Override
    protected SharedConnection connection() {
        return server.connection();
    }

    @Override
    protected @Nullable SharedConnection unreachableConnection() {
        return RabbitServer.connection(
                Map.of("host", "127.0.0.1", "port", TestPrograms.freePort(), "pass", SECRET, "timeout", "1s"));
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("queue_name", queue, "timeout", "1m");
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return Map.of("queue_name", queue, "timeout", "2s");
    }

    @Override
    protected List<byte[]> received() throws Exception {
        for (GetResponse message : server.drain(queue)) {
            received.add(message.getBody());
        }
        return received;
    }

    @Override
    protected Refusal refusal() {
        return Refusal.by(
                Map.of("exchange", "amq.direct", "routing_key", RabbitServer.newName("nobody"), "timeout", "1m"),
                server.connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of(
                "queue_name", SECRET + "..",
                "routing_key", SECRET,
                "declare", SECRET,
                "queue_type", SECRET,
                "queue_arguments", Map.of("x-max-length", List.of(SECRET)),
                "app_id", SECRET.repeat(20),
                "timeout", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 7;
    }
}

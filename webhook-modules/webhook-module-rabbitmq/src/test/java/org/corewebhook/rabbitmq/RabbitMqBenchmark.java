package org.corewebhook.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;

/**
 * Confirmed events per second: 64 senders through the processor, against the client alone that publishes as many in
 * batches of 64 on one channel, and one by one on 64 channels.
 */
final class RabbitMqBenchmark {

    private static final int SENDERS = 64;
    private static final int EVENTS = 16_000;
    private static final int ROUNDS = 2;
    private static final String BODY = "{\"text\":\"" + "x".repeat(1012) + "\"}";

    private RabbitMqBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        RabbitServer server = RabbitServer.shared();
        for (int round = 0; round < ROUNDS; round++) {
            print("client, batches of " + SENDERS + ", one channel", batches(server));
            print("client, one by one, " + SENDERS + " channels", oneByOne(server));
            for (int calls = 1; calls <= 4; calls *= 2) {
                print("processor, " + SENDERS + " senders, max_in_flight " + calls, processor(server, calls));
            }
        }
        System.exit(0);
    }

    private static void print(String what, long nanos) {
        System.out.printf("%-45s %,8d events/s%n", what, EVENTS * 1_000_000_000L / nanos);
    }

    private static long batches(RabbitServer server) throws Exception {
        String queue = RabbitServer.newName("benchmark");
        byte[] body = BODY.getBytes(UTF_8);
        try (Connection connection = server.connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.confirmSelect();
            long start = System.nanoTime();
            for (int i = 0; i < EVENTS / SENDERS; i++) {
                for (int j = 0; j < SENDERS; j++) {
                    channel.basicPublish("", queue, true, MessageProperties.PERSISTENT_BASIC, body);
                }
                channel.waitForConfirmsOrDie(10_000);
            }
            long took = System.nanoTime() - start;
            channel.queueDelete(queue);
            return took;
        }
    }

    private static long oneByOne(RabbitServer server) throws Exception {
        String queue = RabbitServer.newName("benchmark");
        byte[] body = BODY.getBytes(UTF_8);
        try (Connection connection = server.connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            long took = together(() -> {
                try (Channel own = connection.createChannel()) {
                    own.confirmSelect();
                    for (int i = 0; i < EVENTS / SENDERS; i++) {
                        own.basicPublish("", queue, true, MessageProperties.PERSISTENT_BASIC, body);
                        own.waitForConfirmsOrDie(10_000);
                    }
                }
                return null;
            });
            channel.queueDelete(queue);
            return took;
        }
    }

    private static long processor(RabbitServer server, int calls) throws Exception {
        String queue = RabbitServer.newName("benchmark");
        Map<String, Object> broker = server.connectionSettings(Map.of("type", "rabbitmq"));
        try (WebhookProcessor processor = WebhookProcessor.builder()
                        .connection("broker", broker)
                        .endpoint(
                                "orders",
                                endpoint -> endpoint.module("rabbitmq", Map.of("queue_name", queue, "timeout", "30s"))
                                        .set("connection", "broker")
                                        .set("max_in_flight", calls)
                                        .acknowledgeTimeout(Duration.ofSeconds(30))
                                        .acknowledge(Acknowledge.DELIVERED))
                        .build();
                Connection connection = server.connect();
                Channel channel = connection.createChannel()) {
            long took = together(() -> {
                for (int i = 0; i < EVENTS / SENDERS; i++) {
                    WebhookRequest request = WebhookRequest.post("/webhook/orders")
                            .header("Content-Type", "application/json")
                            .body(BODY)
                            .build();
                    int status = processor.process(request).status();
                    if (status != 200) {
                        throw new IllegalStateException("Answered " + status);
                    }
                }
                return null;
            });
            channel.queueDelete(queue);
            return took;
        }
    }

    private static long together(Callable<?> sender) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            long start = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                running.add(senders.submit(sender));
            }
            for (Future<?> each : running) {
                each.get();
            }
            return System.nanoTime() - start;
        } finally {
            senders.shutdownNow();
        }
    }
}

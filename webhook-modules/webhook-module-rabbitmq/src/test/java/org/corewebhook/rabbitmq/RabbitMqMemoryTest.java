package org.corewebhook.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;

class RabbitMqMemoryTest {

    private static final int SENDERS = 64;
    private static final int EVENTS = Integer.getInteger("events", 25_600);
    /** Messages that the broker keeps, whose memory is not what is tested. */
    private static final int KEPT = 1000;

    private static final long TOLERATED_BYTES = 2L << 20;

    private final RabbitServer server = RabbitServer.shared();
    private final String queue = RabbitServer.newName("memory");

    @Test
    void manyEventsThenTheHeapDoesNotGrow() throws Exception {
        Map<String, Object> broker = server.connectionSettings(Map.of("type", "rabbitmq", "timeout", "1m"));
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .connection("broker", broker)
                .endpoint(
                        "orders",
                        endpoint -> endpoint.module(
                                        "rabbitmq",
                                        Map.of(
                                                "queue_name",
                                                queue,
                                                "queue_arguments",
                                                Map.of("x-max-length", KEPT),
                                                "timeout",
                                                "1m"))
                                .set("connection", "broker")
                                .acknowledgeTimeout(Duration.ofMinutes(1))
                                .acknowledge(Acknowledge.DELIVERED))
                .build()) {
            send(processor, EVENTS / 2);
            long half = usedHeap();
            send(processor, EVENTS / 2);

            assertThat(usedHeap()).isLessThan(half + half / 5 + TOLERATED_BYTES);
            assertThat(messages()).isEqualTo(KEPT);
        }
    }

    private static void send(WebhookProcessor processor, int events) throws Exception {
        String body = "{\"text\":\"" + "x".repeat(1012) + "\"}";
        AtomicInteger accepted = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                running.add(senders.submit(() -> {
                    for (int i = 0; i < events / SENDERS; i++) {
                        WebhookRequest request = WebhookRequest.post("/webhook/orders")
                                .header("Content-Type", "application/json")
                                .body(body)
                                .build();
                        if (processor.process(request).status() == 200) {
                            accepted.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            senders.shutdownNow();
        }
        assertThat(accepted).hasValue(events);
    }

    private long messages() throws Exception {
        try (Connection connection = server.connect();
                Channel channel = connection.createChannel()) {
            return channel.queueDelete(queue).getMessageCount();
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

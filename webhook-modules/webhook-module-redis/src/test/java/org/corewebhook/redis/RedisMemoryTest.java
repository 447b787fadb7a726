package org.corewebhook.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;

class RedisMemoryTest {

    private static final int SENDERS = 64;
    private static final int EVENTS = Integer.getInteger("events", 25_600);

    private final RedisServer server = RedisServer.shared();
    private final String list = "test-" + UUID.randomUUID();

    @Test
    void heapDoesNotGrowWithTheNumberOfEvents() throws Exception {
        String body = "{\"text\":\"" + "x".repeat(1011) + "\"}";
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .connection("redis", server.settings("type", "redis"))
                .endpoint(
                        "orders",
                        endpoint -> endpoint.set("connection", "redis")
                                .module("redis_list", Map.of("list", list, "max_len", 100))
                                .acknowledgeTimeout(Duration.ofMinutes(1))
                                .acknowledge(Acknowledge.DELIVERED))
                .build()) {
            send(processor, body, EVENTS / 2);
            long first = usedHeap();
            send(processor, body, EVENTS / 2);
            long second = usedHeap();

            assertThat(second).isLessThanOrEqualTo(first + first / 5);
        }
        assertThat(server.cli("LLEN", list)).isEqualTo("100");
    }

    private static void send(WebhookProcessor processor, String body, int events) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            List<Callable<Integer>> shares = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                shares.add(() -> {
                    int accepted = 0;
                    for (int n = 0; n < events / SENDERS; n++) {
                        WebhookRequest request = WebhookRequest.post("/webhook/orders")
                                .body(body)
                                .build();
                        accepted += processor.process(request).status() == 200 ? 1 : 0;
                    }
                    return accepted;
                });
            }
            int accepted = 0;
            for (Future<Integer> share : senders.invokeAll(shares)) {
                accepted += share.get();
            }
            assertThat(accepted).isEqualTo(events);
        } finally {
            senders.shutdownNow();
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

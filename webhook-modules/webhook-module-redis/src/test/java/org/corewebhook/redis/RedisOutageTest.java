package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/** Senders go on while the server is killed and comes back: what was answered 200 is there. */
class RedisOutageTest {

    private static final int SENDERS = 64;
    private static final int KILLS = 2;

    /** Delivery goes on within 10 s of the server's return; a machine that is busy with other things takes longer. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    record Output(
            String module, String connectionType, Map<String, ?> config, Function<RedisServer, Set<String>> found) {
        @Override
        public String toString() {
            return module;
        }
    }

    static Stream<Output> outputs() {
        return Stream.of(
                new Output("redis_list", "redis", Map.of("list", "l"), server -> {
                    try (Jedis jedis = server.jedis()) {
                        return new HashSet<>(jedis.lrange("l", 0, -1));
                    }
                }),
                new Output("redis_stream", "redis", Map.of("stream", "s"), server -> {
                    Set<String> found = new HashSet<>();
                    RedisStreamContractTest.bodies(server, "s").forEach(body -> found.add(new String(body, UTF_8)));
                    return found;
                }),
                new Output(
                        "redis_rq",
                        "redis-rq",
                        Map.of("function", "tasks.handle", "serializer", "json"),
                        RedisOutageTest::jobs));
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void everyEventThatWasAnswered200IsThereAfterTheServerWasKilledTwice(Output output) throws Exception {
        try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
            Set<String> accepted = ConcurrentHashMap.newKeySet();
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger number = new AtomicInteger();
            Map<String, Object> connection = server.settings("type", output.connectionType(), "timeout", "2s");
            ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
            try (WebhookProcessor processor = WebhookProcessor.builder()
                    .connection("redis", connection)
                    .endpoint(
                            "orders",
                            endpoint -> endpoint.set("connection", "redis")
                                    .module(output.module(), output.config())
                                    .acknowledge(Acknowledge.DELIVERED))
                    .build()) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < SENDERS; i++) {
                    running.add(senders.submit(() -> {
                        while (!stop.get()) {
                            String body = "{\"n\":" + number.incrementAndGet() + "}";
                            if (send(processor, body)) {
                                accepted.add(body);
                            } else {
                                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // as a sender would
                            }
                        }
                    }));
                }
                awaitMore(accepted, RECOVERY);
                for (int i = 0; i < KILLS; i++) {
                    server.kill();
                    server.restart();
                    awaitMore(accepted, RECOVERY);
                }
                stop.set(true);
                for (Future<?> each : running) {
                    each.get(30, TimeUnit.SECONDS);
                }
            } finally {
                stop.set(true);
                senders.shutdownNow();
            }
            server.kill();
            server.restart();

            Set<String> lost = new HashSet<>(accepted);
            lost.removeAll(output.found().apply(server));
            assertThat(accepted).hasSizeGreaterThan(300);
            assertThat(lost).isEmpty();
        }
    }

    /** Waits until a hundred events more were accepted than now. */
    private static void awaitMore(Set<String> accepted, Duration atMost) {
        int enough = accepted.size() + 100;
        long deadline = System.nanoTime() + atMost.toNanos();
        while (accepted.size() < enough && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(accepted).hasSizeGreaterThanOrEqualTo(enough);
    }

    private static boolean send(WebhookProcessor processor, String body) {
        return processor
                        .process(WebhookRequest.post("/webhook/orders")
                                .header("Content-Type", "application/json")
                                .body(body)
                                .build())
                        .status()
                == 200;
    }

    private static Set<String> jobs(RedisServer server) {
        Set<String> found = new HashSet<>();
        try (Jedis jedis = server.jedis()) {
            for (String id : jedis.lrange("rq:queue:default", 0, -1)) {
                byte[] data = jedis.hget(("rq:job:" + id).getBytes(UTF_8), "data".getBytes(UTF_8));
                String call = RqCalls.inflated(data);
                found.add(call.substring(call.indexOf('{'), call.indexOf('}') + 1));
            }
        }
        return found;
    }
}

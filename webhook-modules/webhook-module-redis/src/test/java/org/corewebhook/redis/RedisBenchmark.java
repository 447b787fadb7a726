package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import redis.clients.jedis.Jedis;

/**
 * Counts events per second that 64 senders of 1 KiB get confirmed: through the receiver, and with the bare client, one
 * connection for each sender. Prints one line for each way and round.
 */
public final class RedisBenchmark {

    private static final int SENDERS = 64;
    private static final int ROUNDS = 3;

    /** No longer than senders wait by default, so that calls may run on their threads. */
    private static final String TIMEOUT = "5s";

    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] BODY = ("{\"text\":\"" + "x".repeat(1013) + "\"}").getBytes(UTF_8);

    private RedisBenchmark() {}

    /** What one sender does once; false if it was not confirmed. */
    private interface Sender {
        boolean send();
    }

    public static void main(String[] arguments) throws Exception {
        try (RedisServer server = RedisServer.start("--save", "")) {
            for (int round = 1; round <= ROUNDS; round++) {
                bare(server, round);
                module(server, round, "redis_list", "redis", Map.of("list", "l"));
                module(server, round, "redis_stream", "redis", Map.of("stream", "s"));
                module(server, round, "redis_rq", "redis-rq", Map.of("function", "tasks.handle"));
                module(server, round, "redis_publish", null, server.settings("timeout", TIMEOUT));
            }
        }
    }

    private static void bare(RedisServer server, int round) throws Exception {
        List<Jedis> clients = new ArrayList<>();
        List<Sender> senders = new ArrayList<>();
        byte[] key = "bare".getBytes(UTF_8);
        for (int i = 0; i < SENDERS; i++) {
            Jedis jedis = server.jedis();
            clients.add(jedis);
            senders.add(() -> jedis.rpush(key, BODY) > 0);
        }
        measure(server, round, "bare client, RPUSH", senders);
        clients.forEach(Jedis::close);
    }

    private static void module(RedisServer server, int round, String module, String type, Map<String, ?> config)
            throws Exception {
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .connection("redis", server.settings("type", type == null ? "redis" : type, "timeout", TIMEOUT))
                .endpoint("orders", endpoint -> {
                    endpoint.module(module, config).acknowledge(Acknowledge.DELIVERED);
                    if (type != null) {
                        endpoint.set("connection", "redis");
                    }
                })
                .build()) {
            List<Sender> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                senders.add(() -> processor
                                .process(WebhookRequest.post("/webhook/orders")
                                        .header("Content-Type", "application/json")
                                        .body(BODY)
                                        .build())
                                .status()
                        == 200);
            }
            measure(server, round, module, senders);
        }
    }

    private static void measure(RedisServer server, int round, String what, List<Sender> senders) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(senders.size());
        long end = System.nanoTime() + ROUND_NANOS;
        List<Callable<Long>> work = new ArrayList<>();
        for (Sender sender : senders) {
            work.add(() -> {
                long confirmed = 0;
                while (System.nanoTime() < end) {
                    confirmed += sender.send() ? 1 : 0;
                }
                return confirmed;
            });
        }
        long confirmed = 0;
        for (Future<Long> each : threads.invokeAll(work)) {
            confirmed += each.get();
        }
        threads.shutdown();
        System.out.printf("round %d  %-20s %,9d events/s%n", round, what, confirmed / (ROUND_NANOS / 1_000_000_000));
        server.cli("FLUSHALL");
    }
}

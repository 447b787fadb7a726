package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.testkit.Events;

/**
 * Events per second, each confirmed by ClickHouse: through the receiver, where blocks form by themselves, and with the
 * JDK's HTTP client, which inserts ready-made blocks of as many rows as there are senders, one after another.
 */
final class ClickHouseBenchmark {

    private static final int SENDERS = 64;
    private static final int SECONDS = 10;
    private static final String BODY = "\"" + "x".repeat(1022) + "\"";

    private ClickHouseBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        TestServer server = TestServer.shared();
        for (int round = 0; round < 3; round++) {
            System.out.printf("raw client: %,d events/s%n", raw(server));
            System.out.printf("receiver:   %,d events/s%n", receiver(server));
        }
        System.exit(0);
    }

    private static long receiver(TestServer server) throws Exception {
        try (WebhookProcessor processor = WebhookProcessor.builder()
                .connection("logs", server.connectionSettings())
                .endpoint(
                        "orders",
                        endpoint -> endpoint.module("clickhouse", Map.of("table", TestServer.newName("bench")))
                                .set("connection", "logs")
                                .acknowledge(Acknowledge.DELIVERED)
                                .acknowledgeTimeout(Duration.ofSeconds(10)))
                .build()) {
            return perSecond(SENDERS, () -> {
                WebhookRequest request =
                        WebhookRequest.post("/webhook/orders").body(BODY).build();
                return processor.process(request).status() == 200 ? 1 : 0;
            });
        }
    }

    private static long raw(TestServer server) throws Exception {
        String table = TestServer.newName("bench");
        server.text(Tables.logs(new TableName(null, table)));
        String sql = "INSERT INTO " + table + " (" + LogBlock.COLUMNS
                + ") SETTINGS async_insert = 0 FORMAT RowBinaryWithNamesAndTypes";
        URI uri = URI.create("http://127.0.0.1:" + server.connectionSettings().get("http_port")
                + "/?wait_end_of_query=1&query=" + URLEncoder.encode(sql, UTF_8));
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return perSecond(1, () -> insert(client, uri));
    }

    private static int insert(HttpClient client, URI uri) throws IOException, InterruptedException {
        byte[] block = LogBlock.of(IntStream.range(0, SENDERS)
                        .mapToObj(n -> Events.event(BODY))
                        .map(event -> new LogBlock.Row(
                                event.id(), "orders", event.receivedAt().getEpochSecond(), event.body(), "{}"))
                        .toList())
                .bytes();
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofByteArray(block))
                .build();
        int status =
                client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        return status == 200 ? SENDERS : 0;
    }

    private static long perSecond(int threads, Callable<Integer> send) throws InterruptedException {
        ExecutorService senders = Executors.newFixedThreadPool(threads);
        LongAdder confirmed = new LongAdder();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        for (int i = 0; i < threads; i++) {
            Future<?> unused = senders.submit(() -> {
                while (System.nanoTime() < end) {
                    confirmed.add(send.call());
                }
                return null;
            });
        }
        senders.shutdown();
        if (!senders.awaitTermination(SECONDS + 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The senders do not end");
        }
        return confirmed.sum() / SECONDS;
    }
}

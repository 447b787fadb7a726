package org.corewebhook.war;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A destination over HTTP that fails as often as it is told, and remembers what it has confirmed, by path. */
final class FlakyDestination implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final ConcurrentHashMap<String, List<String>> confirmed = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Set<String>> ids = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final Random random = new Random(42);
    private volatile int failuresInHundred;
    private volatile int failureStatus = 503;

    FlakyDestination() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            boolean fails;
            synchronized (random) {
                fails = random.nextInt(100) < failuresInHundred;
            }
            if (fails) {
                refused.incrementAndGet();
                exchange.sendResponseHeaders(failureStatus, -1);
                return;
            }
            confirmed
                    .computeIfAbsent(
                            exchange.getRequestURI().getPath(), path -> Collections.synchronizedList(new ArrayList<>()))
                    .add(body);
            ids.computeIfAbsent(body, key -> ConcurrentHashMap.newKeySet())
                    .add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Webhook-Event-Id")));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** From now on so many requests of a hundred get this status. */
    void failing(int inHundred, int status) {
        this.failureStatus = status;
        this.failuresInHundred = inHundred;
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** Returns the bodies that were confirmed at this path, in order. */
    List<String> confirmed(String path) {
        @Nullable List<String> bodies = confirmed.get(path);
        return bodies == null ? List.of() : List.copyOf(bodies);
    }

    /** Returns the ids of events that came with each confirmed body. */
    Map<String, Set<String>> idsByBody() {
        return Map.copyOf(ids);
    }

    /** Returns how many requests were confirmed. */
    int confirmations() {
        return confirmed.values().stream().mapToInt(List::size).sum();
    }

    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

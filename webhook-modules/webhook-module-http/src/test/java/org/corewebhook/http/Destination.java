package org.corewebhook.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the loopback address that records what it gets and answers as told. */
final class Destination implements AutoCloseable {

    static final String THREAD = "test-destination";

    /** One request as it arrived. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Received(String method, String uri, com.sun.net.httpserver.Headers headers, byte[] body, int clientPort) {

        String header(String name) {
            return headers.getFirst(name);
        }
    }

    /** Writes the answer to a request that was recorded. */
    interface Answering {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final ExecutorService executor = Executors.newCachedThreadPool(work -> new Thread(work, THREAD));
    private final HttpServer server;
    private volatile Answering answering = answer(204);

    Destination() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    static Answering answer(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    static Answering answerWithBody(int status, int bytes) {
        return exchange -> {
            exchange.sendResponseHeaders(status, bytes);
            exchange.getResponseBody().write(new byte[bytes]);
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    body,
                    exchange.getRemoteAddress().getPort()));
            answering.answer(exchange);
        }
    }

    void answering(Answering how) {
        answering = how;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String pathAndQuery) {
        return "http://127.0.0.1:" + port() + pathAndQuery;
    }

    List<Received> received() {
        return received;
    }

    Received only() {
        if (received.size() != 1) {
            throw new AssertionError("There are " + received.size() + " requests");
        }
        return received.get(0);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}

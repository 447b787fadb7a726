package org.corewebhook.signature.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Another server, on the loopback address: answers as a test wants and remembers what it was asked. */
public final class FakeServer implements AutoCloseable {

    /** One request as it came in. */
    public record Asked(String method, String path, Map<String, List<String>> headers, String body) {

        /** Returns the first value of a header, or null. */
        public String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? null : values.get(0);
        }
    }

    /** Answers one request. */
    @FunctionalInterface
    public interface Script {
        /** Returns status and body. */
        RemoteAnswer answer(Asked asked) throws Exception;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Script script;

    /** Starts the server. */
    public FakeServer(Script script) {
        this.script = script;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** Starts a server that always answers this. */
    public static FakeServer answering(int status, String body) {
        return new FakeServer(request -> answer(status, body));
    }

    /** Returns an answer. */
    public static RemoteAnswer answer(int status, String body) {
        return new RemoteAnswer(status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Answers differently from now on. */
    public void script(Script other) {
        this.script = other;
    }

    /** Returns a URL of this server. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Returns where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Returns all requests so far. */
    public List<Asked> asked() {
        return asked;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Asked request = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    body);
            asked.add(request);
            RemoteAnswer answer = script.answer(request);
            if (answer.status() / 100 == 3) {
                exchange.getResponseHeaders().add("Location", answer.text());
            }
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

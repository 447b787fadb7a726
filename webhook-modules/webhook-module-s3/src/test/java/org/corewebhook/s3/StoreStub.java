package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.corewebhook.spi.SharedConnection;

/** A store that answers what S3Proxy cannot be made to answer. */
final class StoreStub implements AutoCloseable {

    private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** Answers with the status and error code that the function gives: {@code "503 SlowDown"}, {@code "200 "}. */
    StoreStub(Function<HttpExchange, String> answers) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, answers));
        server.start();
    }

    private void answer(HttpExchange exchange, Function<HttpExchange, String> answers) throws IOException {
        requests.add(exchange);
        exchange.getRequestBody().readAllBytes();
        String[] answer = answers.apply(exchange).split(" ", 2);
        byte[] body = answer[1].isEmpty()
                ? new byte[0]
                : ("<Error><Code>" + answer[1] + "</Code><Message>No</Message></Error>").getBytes(UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    List<HttpExchange> requests() {
        return requests;
    }

    SharedConnection connection(String timeout) {
        return S3Server.connection(settings(server.getAddress().getPort(), timeout));
    }

    static Map<String, Object> settings(int port, String timeout) {
        return Map.of(
                "endpoint",
                "http://127.0.0.1:" + port,
                "aws_access_key_id",
                "any",
                "aws_secret_access_key",
                "any",
                "timeout",
                timeout);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}

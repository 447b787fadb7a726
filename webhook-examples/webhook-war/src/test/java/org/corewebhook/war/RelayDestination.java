package org.corewebhook.war;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A destination over HTTP that keeps every request as it arrived; the last part of the path names the sender. */
final class RelayDestination implements AutoCloseable {

    private final HttpServer server;
    private final List<SenderPackages.Arrived> arrived = new CopyOnWriteArrayList<>();

    RelayDestination() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::keep);
        server.start();
    }

    private void keep(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            String sender = exchange.getRequestURI().getPath().substring(1);
            byte[] body = exchange.getRequestBody().readAllBytes();
            arrived.add(new SenderPackages.Arrived(sender, headers, body));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    String url(String sender) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + sender;
    }

    /** Returns everything that arrived, in order. */
    List<SenderPackages.Arrived> arrived() {
        return List.copyOf(arrived);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package org.corewebhook.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Single requests to a server that is not under load. */
final class Probe {

    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(1);
    private static final int SOCKET_TIMEOUT_MILLIS = 10_000;
    private static final byte[] BODY = SignedRequest.body(1024);
    private static final byte[] REQUEST = SignedRequest.http(SignedRequest.PATH, BODY);

    private Probe() {}

    /** Asks until the server answers 200, and returns how long that was after the start of its process, in seconds. */
    static double secondsToFirstAnswer(ServerUnderTest server) throws IOException {
        while (!isAnswered(server.port(), REQUEST)) {
            if (!server.isAlive()) {
                throw new IOException(server.name() + " ended before it answered a webhook");
            }
            if (server.nanosSinceStart() > PATIENCE) {
                throw new IOException(server.name() + " does not answer a genuine webhook with 2xx");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        return (double) server.nanosSinceStart() / 1e9;
    }

    /** Returns whether the request is answered 2xx on a connection of its own. */
    private static boolean isAnswered(int port, byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(request);
            byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return status.length == 12 && status[9] == '2';
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    /**
     * Returns why figures of this server would compare with nothing, or nothing if it does the work and can be driven.
     */
    static Optional<String> objection(ServerUnderTest server) throws IOException, InterruptedException {
        String wrong = SignedRequest.signature("{}".getBytes(StandardCharsets.UTF_8));
        int status = post(server, BODY, wrong).statusCode();
        if (status / 100 == 2) {
            return Optional.of("it answers " + status + " to a wrong signature");
        }
        HttpResponse<String> genuine = post(server, BODY, SignedRequest.signature(BODY));
        if (genuine.headers().firstValue("Content-Length").isEmpty()) {
            return Optional.of("it answers without a Content-Length, which the generator goes by");
        }
        return Optional.empty();
    }

    static HttpResponse<String> post(ServerUnderTest server, byte[] body, String signature)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + SignedRequest.PATH))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .header("X-Hub-Signature-256", signature)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}

package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A destination that is down for long, and a receiver with little memory. The long run: {@code -Dit.test=BacklogIT
 * -Dbacklog.events=1000000}; it also limits the time of the restart.
 */
class BacklogIT {

    private static final int EVENTS = Integer.getInteger("backlog.events", 5_000);
    /** All numbers have nine digits. */
    private static final int FIRST = 100_000_000;

    private static final int SENDERS = 64;
    private static final long MAX_BYTES_AFTERWARDS = 50_000_000;
    private static final double MAX_RESTART_SECONDS = 3;
    private static final Map<String, String> STORED = Map.of("WEBHOOK_STORE", "");

    @TempDir
    Path folder;

    @Test
    void keepsABacklogInLittleMemoryAndDrainsItAfterARestart() throws Exception {
        try (Destination destination = new Destination()) {
            try (ReceiverProcess receiver = ReceiverProcess.start(
                    folder, webhooks(destination), STORED, "-Xmx128m", "-XX:+ExitOnOutOfMemoryError")) {
                long begin = System.nanoTime();
                assertThat(sendAll(receiver.port())).isEqualTo(EVENTS);
                say("accepted %,d events of 1 KiB in %.1f s; file %,d bytes", EVENTS, seconds(begin), size());
                assertThat(receiver.stop()).isIn(0, 143);
                assertThat(receiver.log()).contains("events wait in the store for the next start");
            }
            long full = size();
            assertThat(full).isGreaterThan(EVENTS * 1000L);
            long begin = System.nanoTime();
            try (ReceiverProcess receiver = ReceiverProcess.start(
                    folder, webhooks(destination), STORED, "-Xmx128m", "-XX:+ExitOnOutOfMemoryError")) {
                double restart = seconds(begin);
                say("restarted in %.1f s", restart);
                if (EVENTS >= 1_000_000) {
                    assertThat(restart).isLessThan(MAX_RESTART_SECONDS);
                }
                destination.isUp = true;
                begin = System.nanoTime();
                Patience.awaitUntil(Duration.ofMinutes(30), () -> destination.distinct() == EVENTS);
                say("drained in %.1f s, %d duplicates", seconds(begin), destination.duplicates());
                Patience.awaitUntil(() -> size() < Math.min(MAX_BYTES_AFTERWARDS, full));
                say("file %,d bytes, %.1f s after the first delivery", size(), seconds(begin));
                assertThat(receiver.post("/webhook/orders", body(0)).statusCode())
                        .isEqualTo(200);
            }
        }
    }

    private static int sendAll(int port) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        AtomicInteger next = new AtomicInteger();
        List<Future<Integer>> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(threads.submit(() -> send(port, next)));
        }
        int accepted = 0;
        for (Future<Integer> sender : senders) {
            accepted += sender.get();
        }
        threads.shutdown();
        return accepted;
    }

    /** Over one kept connection, as cheaply as it goes: the sender shares the machine with the receiver. */
    private static int send(int port, AtomicInteger next) throws IOException {
        int accepted = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(120_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int n = next.getAndIncrement(); n < EVENTS; n = next.getAndIncrement()) {
                byte[] body = body(n);
                byte[] head = ("POST /webhook/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Content-Length: " + body.length + "\r\n\r\n")
                        .getBytes(UTF_8);
                byte[] request = new byte[head.length + body.length];
                System.arraycopy(head, 0, request, 0, head.length);
                System.arraycopy(body, 0, request, head.length, body.length);
                socket.getOutputStream().write(request);
                if (line(in).startsWith("HTTP/1.1 200")) {
                    accepted++;
                }
                skipAnswer(in);
            }
        }
        return accepted;
    }

    private static void skipAnswer(InputStream in) throws IOException {
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("The receiver closed the connection");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static byte[] body(int n) {
        return ("{\"n\":" + (FIRST + n) + ",\"text\":\"" + "x".repeat(1000) + "\"}").getBytes(UTF_8);
    }

    /** Answers 503 until it is up; then remembers the numbers, not the bodies. */
    private static final class Destination implements AutoCloseable {

        private final HttpServer server;
        private final ExecutorService threads = Executors.newFixedThreadPool(8);
        private final BitSet seen = new BitSet();
        private int duplicates;
        private volatile boolean isUp;

        Destination() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
            server.createContext("/", this::answer);
            server.setExecutor(threads);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                boolean up = isUp; // once: what is not recorded must not be confirmed either
                if (up) {
                    int n = Integer.parseInt(new String(body, 5, 9, UTF_8)) - FIRST;
                    synchronized (seen) {
                        duplicates += seen.get(n) ? 1 : 0;
                        seen.set(n);
                    }
                }
                exchange.sendResponseHeaders(up ? 200 : 503, -1);
            }
        }

        int distinct() {
            synchronized (seen) {
                return seen.cardinality();
            }
        }

        int duplicates() {
            synchronized (seen) {
                return duplicates;
            }
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private long size() throws IOException {
        long size = 0;
        for (String name : List.of("webhooks.db", "webhooks.db-wal")) {
            Path file = folder.resolve("data").resolve(name);
            size += Files.exists(file) ? Files.size(file) : 0;
        }
        return size;
    }

    private static double seconds(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.printf("backlog: " + format + "%n", values);
    }

    private static String webhooks(Destination destination) {
        return "{\"orders\": {\"module\": \"http_webhook\", \"max_pending\": 2000000, \"max_in_flight\": 16, \"module-config\": {\"url\":"
                + " \"http://127.0.0.1:" + destination.server.getAddress().getPort() + "/\"}}}";
    }
}

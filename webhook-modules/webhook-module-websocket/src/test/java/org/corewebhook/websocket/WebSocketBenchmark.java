package org.corewebhook.websocket;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

/**
 * Compares the module with its client library alone: 64 senders, 1 KiB, each event confirmed before the next. The
 * README of the module says how to run it.
 */
final class WebSocketBenchmark {

    private static final int SENDERS = 64;
    private static final String QUERY = "?sync=0&replies=1000000000";
    private static final int BYTES = 1000;
    private static final Duration TIME = Duration.ofSeconds(5);

    private WebSocketBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        try (Peer peer = Peer.start()) {
            for (int round = 0; round < 2; round++) {
                print("client, response", client(peer));
                print("module, pong", module(peer, Map.of("confirm", "pong")));
                print("module, response", module(peer, Map.of("confirm", "response")));
                print("module, none", module(peer, Map.of("confirm", "none")));
            }
        }
    }

    private static int module(Peer peer, Map<String, ?> confirm) throws Exception {
        Map<String, Object> settings = new HashMap<>(confirm);
        settings.put("url", peer.url(Peer.newChannel() + QUERY));
        try (Senders senders = new Senders(settings, BYTES, Duration.ofSeconds(5))) {
            long end = System.nanoTime() + TIME.toNanos();
            senders.sendWhile(SENDERS, () -> System.nanoTime() - end < 0);
            return senders.accepted().size();
        }
    }

    /** Each sender sends its message and waits for its reply; replies come in order. */
    private static int client(Peer peer) throws Exception {
        Client client = new Client(URI.create(peer.url(Peer.newChannel() + QUERY)));
        client.setTcpNoDelay(true);
        client.connectBlocking();
        String message = "{\"payload\":{\"n\":1,\"padding\":\"" + "x".repeat(BYTES) + "\"}}";
        AtomicInteger confirmed = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(SENDERS);
        long end = System.nanoTime() + TIME.toNanos();
        for (int i = 0; i < SENDERS; i++) {
            Thread sender = new Thread(() -> {
                while (System.nanoTime() - end < 0) {
                    client.sendAndAwaitReply(message);
                    confirmed.incrementAndGet();
                }
                ended.countDown();
            });
            sender.setDaemon(true);
            sender.start();
        }
        ended.await();
        client.closeBlocking();
        return confirmed.get();
    }

    private static void print(String what, int events) {
        System.out.printf("%-20s %,7d events/s%n", what, events / TIME.toSeconds());
    }

    private static final class Client extends WebSocketClient {

        private final Object lock = new Object();
        private long sent;
        private long replies;

        Client(URI url) {
            super(url);
        }

        void sendAndAwaitReply(String message) {
            synchronized (lock) {
                send(message);
                long number = ++sent;
                try {
                    while (replies < number) {
                        lock.wait();
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void onMessage(String message) {
            synchronized (lock) {
                replies++;
                lock.notifyAll();
            }
        }

        @Override
        public void onOpen(ServerHandshake handshake) {}

        @Override
        public void onClose(int code, String reason, boolean remote) {}

        @Override
        public void onError(Exception exception) {
            exception.printStackTrace();
        }
    }
}

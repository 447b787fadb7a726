package org.corewebhook.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Sends one request over kept connections, the next as soon as the answer is there, on one thread: it shares the
 * machine with the server, so it must cost little.
 */
final class LoadGenerator implements AutoCloseable {

    private static final long MAX_MICROS = TimeUnit.SECONDS.toMicros(60);

    private final Selector selector = Selector.open();
    private final List<Exchange> exchanges = new ArrayList<>();
    private Histogram latencies = new Histogram(MAX_MICROS, 3);
    private long refused;

    /** Opens the connections; each has a request of its own. */
    LoadGenerator(int port, List<byte[]> requests) throws IOException {
        for (byte[] request : requests) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Exchange exchange = new Exchange(channel, request);
            channel.register(selector, SelectionKey.OP_READ, exchange);
            exchanges.add(exchange);
        }
    }

    /**
     * What came of it.
     *
     * @param answered requests that were answered 200
     * @param refused requests that were answered otherwise
     * @param seconds how long it took
     * @param latencies from the first byte sent to the last received, in microseconds
     */
    record Result(long answered, long refused, double seconds, Histogram latencies) {
        double perSecond() {
            return (double) answered / seconds;
        }
    }

    /** Sends for so long, at most so many requests a second (0: as many as go), and waits for the last answers. */
    Result run(long millis, long perSecond) throws IOException {
        latencies = new Histogram(MAX_MICROS, 3);
        refused = 0;
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
        long sent = 0;
        int open = 0;
        Deque<Exchange> idle = new ArrayDeque<>(exchanges); // in turn: servers close connections that nobody uses
        while (true) {
            long now = System.nanoTime();
            while (now < end
                    && !idle.isEmpty()
                    && (perSecond == 0 || sent <= (now - begin) * perSecond / 1_000_000_000L)) {
                idle.removeFirst().send(now);
                sent++;
                open++;
            }
            if (now >= end && open == 0) {
                break;
            }
            selector.select(perSecond == 0 ? 100 : 1);
            for (SelectionKey key : selector.selectedKeys()) {
                Exchange exchange = (Exchange) key.attachment();
                if (exchange.isAnswered()) {
                    open--;
                    count(exchange);
                    if (perSecond == 0 && System.nanoTime() < end) {
                        exchange.send(System.nanoTime());
                        sent++;
                        open++;
                    } else {
                        idle.addLast(exchange);
                    }
                }
            }
            selector.selectedKeys().clear();
        }
        double seconds = (double) (System.nanoTime() - begin) / 1e9;
        return new Result(latencies.getTotalCount() - refused, refused, seconds, latencies);
    }

    private void count(Exchange exchange) {
        latencies.recordValue(Math.min(MAX_MICROS, (System.nanoTime() - exchange.sentAt) / 1000));
        if (!exchange.succeeded) {
            refused++;
        }
    }

    @Override
    public void close() throws IOException {
        for (Exchange exchange : exchanges) {
            exchange.channel.close();
        }
        selector.close();
    }

    /** One connection with one request under way at most. */
    private static final class Exchange {

        private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

        private final SocketChannel channel;
        private final ByteBuffer request;
        private final ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
        private long sentAt;
        private boolean succeeded;

        Exchange(SocketChannel channel, byte[] request) {
            this.channel = channel;
            this.request =
                    ByteBuffer.allocateDirect(request.length).put(request).flip();
        }

        void send(long now) throws IOException {
            sentAt = now;
            answer.clear();
            request.rewind();
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        /** Reads what is there; true if the answer is complete. */
        boolean isAnswered() throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("The server closed a connection");
            }
            byte[] bytes = answer.array();
            int head = endOfHead(bytes, answer.position());
            if (head < 0 || answer.position() < head + contentLength(bytes, head)) {
                return false;
            }
            succeeded = bytes[9] == '2';
            return true;
        }

        private static int endOfHead(byte[] bytes, int length) {
            for (int i = 3; i < length; i++) {
                if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                    return i + 1;
                }
            }
            return -1;
        }

        private static int contentLength(byte[] bytes, int head) {
            for (int i = 0; i + LENGTH.length < head; i++) {
                if (bytes[i] == '\n' && isLength(bytes, i + 1)) {
                    int value = 0;
                    for (int at = i + 1 + LENGTH.length; bytes[at] != '\r'; at++) {
                        value = bytes[at] == ' ' ? value : value * 10 + bytes[at] - '0';
                    }
                    return value;
                }
            }
            return 0;
        }

        private static boolean isLength(byte[] bytes, int from) {
            for (int i = 0; i < LENGTH.length; i++) {
                if ((bytes[from + i] | 0x20) != (LENGTH[i] | 0x20)) {
                    return false;
                }
            }
            return true;
        }
    }
}

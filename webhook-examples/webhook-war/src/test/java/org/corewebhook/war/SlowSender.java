package org.corewebhook.war;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A sender that says something at once, and then one byte whenever it is told to, or nothing. One thread makes it drip,
 * another looks at it.
 */
final class SlowSender implements AutoCloseable {

    private static final int MAX_PUSH = 1 << 20;
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SocketChannel channel;
    private final boolean drips;
    private final ByteBuffer answer = ByteBuffer.allocate(4096);
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private long lastPushNanos = System.nanoTime();
    private volatile boolean ended;

    SlowSender(int port, String atOnce, boolean drips) throws IOException {
        this("127.0.0.1", port, atOnce, drips);
    }

    /** {@code from} is its own address. */
    SlowSender(String from, int port, String atOnce, boolean drips) throws IOException {
        this.channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.bind(new InetSocketAddress(from, 0));
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        this.drips = drips;
        channel.write(ByteBuffer.wrap(atOnce.getBytes(StandardCharsets.ISO_8859_1)));
        channel.configureBlocking(false);
    }

    /** Sends the request again and again, until the server takes no more. */
    void push(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        try {
            long pushed = 0;
            while (pushed < MAX_PUSH) {
                if (!rest.hasRemaining()) {
                    rest = ByteBuffer.wrap(bytes);
                }
                int written = channel.write(rest);
                if (written == 0) {
                    break;
                }
                pushed += written;
            }
            lastPushNanos = pushed > 0 ? System.nanoTime() : lastPushNanos;
        } catch (IOException e) {
            ended = true;
        }
    }

    /** Tells whether the server has taken nothing for a while. */
    boolean isStuck() {
        return System.nanoTime() - lastPushNanos > STUCK_NANOS;
    }

    /** Sends its next byte, if it is one that drips. */
    void drip() {
        if (!drips || ended) {
            return;
        }
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'a'}));
        } catch (IOException e) {
            ended = true;
        }
    }

    /** Tells whether the server has ended the connection. */
    boolean isCutOff() {
        try {
            ended |= channel.read(answer) < 0;
        } catch (IOException e) {
            ended = true;
        }
        return ended;
    }

    /** Returns what the server has said so far. */
    String answer() {
        return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

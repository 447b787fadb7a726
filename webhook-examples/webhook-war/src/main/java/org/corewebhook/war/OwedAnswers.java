package org.corewebhook.war;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketEvent;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers that a connection waits for after their exchanges are over for Tomcat. Answers leave in the order of the
 * requests (RFC 9112, section 9.3.2): what Tomcat writes for a later request waits until those before it are sent.
 * Thread-safe; nothing here waits for the sender.
 */
final class OwedAnswers {

    private static final Logger log = LoggerFactory.getLogger(OwedAnswers.class);

    /**
     * For senders that send one request after the other without waiting for answers; beyond it, Tomcat reads no more.
     */
    static final int MAX_OWED = 16;

    /** All together: it is memory outside of the limit for bodies. */
    private static final int MAX_BEHIND = 64 << 10;

    private final SocketChannel socket;
    private final NioSocketWrapper connection;
    private final Duration idle;
    private final ArrayDeque<Owed> owed = new ArrayDeque<>(1);

    /** Tomcat has no more to do with the connection. */
    private boolean closing;

    /** Set while Tomcat ends an exchange; used by the thread that works for the connection. */
    private boolean discarding;

    /** {@code idle} is how long the connection is kept after it has got all. */
    OwedAnswers(SocketChannel socket, NioSocketWrapper connection, Duration idle) {
        this.socket = socket;
        this.connection = connection;
        this.idle = idle;
    }

    /** The end of an exchange, as Tomcat does it. */
    @FunctionalInterface
    interface Ending {
        void end() throws IOException;
    }

    /** One answer, and what has to wait until it is sent. Guarded by the connection's lock. */
    private final class Owed implements Consumer<WebhookResponse> {

        private final boolean sayKeepAlive;
        private @Nullable ByteBuffer answer;
        private ByteBuffer behind = ByteBuffer.allocate(0);

        Owed(boolean sayKeepAlive) {
            this.sayKeepAlive = sayKeepAlive;
        }

        @Override
        public void accept(WebhookResponse response) {
            give(this, ResponseBytes.of(response, sayKeepAlive ? idle : null));
        }

        void append(ByteBuffer bytes) {
            behind = ByteBuffer.allocate(behind.remaining() + bytes.remaining())
                    .put(behind)
                    .put(bytes)
                    .flip();
        }
    }

    /**
     * Lets Tomcat end an exchange without sending anything, and returns who sends its answer; or returns null because
     * the connection is owed very many. Called by the thread that works for the connection.
     *
     * @param sayKeepAlive the sender wants to hear that the connection is kept
     */
    @Nullable
    Consumer<WebhookResponse> suspend(Ending ending, boolean sayKeepAlive) throws IOException {
        if (count() >= MAX_OWED) {
            return null;
        }
        discarding = true;
        try {
            ending.end();
        } finally {
            discarding = false;
        }
        Owed one = new Owed(sayKeepAlive);
        synchronized (this) {
            owed.addLast(one);
        }
        return one;
    }

    private synchronized int count() {
        return owed.size();
    }

    /** Sends what Tomcat has in its buffer, or keeps it until its turn comes. */
    int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (discarding) {
            bytes.position(bytes.limit());
            return length;
        }
        synchronized (this) {
            Owed last = owed.peekLast();
            if (last == null) {
                return socket.write(bytes);
            }
            if (!hasRoomFor(length)) {
                owed.clear(); // else the connection would be kept for them
                throw new IOException("The sender sends on and on without waiting for an answer");
            }
            last.append(bytes);
            return length;
        }
    }

    private boolean hasRoomFor(int length) {
        int kept = length;
        for (Owed each : owed) {
            kept += each.behind.remaining();
        }
        return kept <= MAX_BEHIND;
    }

    private synchronized void give(Owed one, ByteBuffer answer) {
        one.answer = answer;
        try {
            for (Owed next = owed.peekFirst(); next != null && next.answer != null; next = owed.peekFirst()) {
                send(next.answer);
                send(next.behind);
                owed.removeFirst();
            }
            connection.updateLastRead(); // from now on it is idle
            if (closing && owed.isEmpty()) {
                socket.close();
            }
        } catch (IOException e) {
            log.debug("The sender went away before it was answered", e);
            owed.clear();
            giveUp(e);
        }
    }

    private void giveUp(IOException failure) {
        if (closing) {
            try {
                socket.close();
            } catch (IOException e) {
                log.debug("The connection did not close cleanly", e);
            }
        } else {
            connection.setError(failure);
            connection.processSocket(SocketEvent.ERROR, true); // Tomcat closes it
        }
    }

    /** Takes over to close the connection when it has got what it is owed; false if that is nothing. */
    synchronized boolean closeWhenGiven() {
        closing = !owed.isEmpty();
        return closing;
    }

    /** Tells Tomcat that the connection is not idle, if it is owed something. */
    synchronized void keepConnection() {
        if (!owed.isEmpty()) {
            connection.updateLastRead();
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (socket.write(bytes) == 0) {
                throw new IOException("The sender does not read its answers");
            }
        }
    }
}

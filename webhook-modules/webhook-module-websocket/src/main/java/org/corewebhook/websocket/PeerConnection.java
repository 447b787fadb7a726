package org.corewebhook.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.websocket.WebSocketOptions.Confirm;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to the peer, from its opening to its end; it is never opened again.
 *
 * <p>One thread at a time sends; any thread may end it. The client's two threads (reading, writing) are daemons and end
 * with the connection. Deadlines are in terms of {@link System#nanoTime()}.
 */
final class PeerConnection extends WebSocketClient {

    /** Replies are counted, not kept; what is larger ends the connection. */
    private static final int MAX_REPLY_BYTES = 1 << 20;

    private static final Duration LIVENESS_CHECK = Duration.ofSeconds(2);
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final Duration FLUSH_CHECK = Duration.ofNanos(100_000);

    /** Close codes by which a peer refuses a message for what is in it (RFC 6455, 7.4.1). */
    private static final Set<Integer> REFUSING =
            Set.of(CloseFrame.REFUSE, CloseFrame.POLICY_VALIDATION, CloseFrame.TOOBIG);

    /** The client says it in a text only, and quotes the peer there. */
    private static final Pattern STATUS = Pattern.compile("^Invalid status code received: (\\d{3}) ");

    private final WebSocketOptions options;
    private final Dialer dialer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean opened;
    private boolean ended;
    private boolean endedByPeer;
    private int closeCode;
    private @Nullable String refusedWithStatus;
    private @Nullable Exception error;
    private long pings;
    private long lastPong;
    private long replies;
    private long lastHeard = System.nanoTime();

    PeerConnection(WebSocketOptions options, Dialer dialer) {
        super(
                options.url(),
                new Draft_6455(List.of(), MAX_REPLY_BYTES),
                options.headers().reveal());
        this.options = options;
        this.dialer = dialer;
        setSocketFactory(dialer);
        setDaemon(true);
        setTcpNoDelay(true);
        setConnectionLostTimeout((int) options.pingInterval().toSeconds());
    }

    /**
     * Opens it and waits until the peer has answered a ping: what a peer says to everybody, a greeting or a refusal, is
     * then over, and cannot be taken for its answer to the first event.
     */
    void open(long deadline) throws DeliveryException {
        connect();
        if (!await(() -> opened, deadline)) {
            throw failureToOpen();
        }
        if (options.confirm() != Confirm.NONE && !answersPing(deadline)) {
            throw failure("has not answered a ping in time", "before any event was sent");
        }
    }

    /** Tells whether it can be used; asks the peer if nothing was heard of it for some time. */
    boolean isAlive(long deadline) {
        long now = System.nanoTime();
        boolean idle;
        lock.lock();
        try {
            if (ended || !isOpen()) {
                return false;
            }
            idle = now - lastHeard >= options.checkAfterIdle().toNanos();
        } finally {
            lock.unlock();
        }
        long patience = Math.min(LIVENESS_CHECK.toNanos(), (deadline - now) / 2);
        return !idle || options.confirm() == Confirm.NONE || answersPing(now + patience);
    }

    /**
     * Sends messages and waits for their confirmation; returns how many of them, from the first on, have it.
     *
     * <p>One ping stands for all of them: peers cut off who sends too many (npm ws: 60 that wait for their pong).
     */
    int transmit(List<Framedata> messages, long deadline) {
        long before = replies();
        messages.forEach(this::send);
        return switch (options.confirm()) {
            case PONG -> answersPing(deadline) ? messages.size() : 0;
            case RESPONSE -> {
                await(() -> replies - before >= messages.size(), deadline);
                yield (int) Math.min(replies() - before, messages.size());
            }
            case NONE -> flushed(deadline) ? messages.size() : 0;
        };
    }

    private void send(Framedata frame) {
        try {
            sendFrame(frame);
        } catch (WebsocketNotConnectedException e) {
            // The end of the connection is noted by onClose, and those who wait for a confirmation hear of it.
            lock.lock();
            try {
                error = error == null ? e : error;
            } finally {
                lock.unlock();
            }
        }
    }

    /** A pong has the number of its ping; one pong may stand for all pings before it (RFC 6455, 5.5.3). */
    private boolean answersPing(long deadline) {
        long number;
        lock.lock();
        try {
            number = ++pings;
        } finally {
            lock.unlock();
        }
        PingFrame ping = new PingFrame();
        ping.setPayload(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        send(ping);
        return await(() -> lastPong >= number, deadline);
    }

    /** The writing thread takes the last frame, which asks for no answer, when the one before it is in the socket. */
    private boolean flushed(long deadline) {
        send(new PongFrame());
        while (hasBufferedData() && isOpen() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(FLUSH_CHECK.toNanos());
        }
        return !hasBufferedData() && isOpen();
    }

    private boolean await(BooleanSupplier reached, long deadline) {
        lock.lock();
        try {
            long left = deadline - System.nanoTime();
            while (!reached.getAsBoolean() && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return reached.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return reached.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    private void note(Runnable change) {
        lock.lock();
        try {
            change.run();
            lastHeard = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long replies() {
        lock.lock();
        try {
            return replies;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether the peer has ended the connection for what is in a message. */
    boolean hasRefusedAMessage() {
        lock.lock();
        try {
            return endedByPeer && REFUSING.contains(closeCode);
        } finally {
            lock.unlock();
        }
    }

    /** Says goodbye, waits a moment for the peer to say it, too, and ends all threads. */
    void end() {
        if (isOpen()) {
            close();
            await(() -> false, System.nanoTime() + GOODBYE.toNanos());
        }
        dialer.hangUp();
    }

    /** Drops it without a word; whoever waits for something returns. */
    void hangUp() {
        dialer.hangUp();
    }

    private DeliveryException failureToOpen() {
        lock.lock();
        try {
            if (refusedWithStatus != null) {
                String message = options.target() + " refused the WebSocket with HTTP status " + refusedWithStatus;
                return DeliveryException.retryable(message, null);
            }
            if (error instanceof IOException) {
                return DeliveryException.retryable("Cannot connect to " + options.target() + ": " + error, error);
            }
        } finally {
            lock.unlock();
        }
        return failure("has not opened the WebSocket in time", "while it was being opened");
    }

    /** Returns why an event is not confirmed. */
    DeliveryException failureToConfirm() {
        return failure("has not confirmed in time", "before it confirmed");
    }

    /** Nothing that the peer wrote is quoted: it may be what we sent. */
    private DeliveryException failure(String silent, String since) {
        lock.lock();
        try {
            if (!ended) {
                String why = Thread.currentThread().isInterrupted() ? "was not waited for: interrupted" : silent;
                return DeliveryException.retryable(options.target() + " " + why, null);
            }
            String message =
                    "The WebSocket to " + options.target() + " ended " + since + " (close code " + closeCode + ")";
            return DeliveryException.retryable(message, error instanceof IOException ? error : null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onOpen(ServerHandshake handshake) {
        note(() -> opened = true);
    }

    @Override
    public void onMessage(String message) {
        note(() -> replies++);
    }

    @Override
    public void onMessage(ByteBuffer message) {
        note(() -> replies++);
    }

    @Override
    public void onWebsocketPong(WebSocket connection, Framedata pong) {
        ByteBuffer number = pong.getPayloadData();
        boolean ours = number.remaining() == Long.BYTES;
        note(() -> lastPong = ours ? Math.max(lastPong, number.getLong(number.position())) : lastPong);
    }

    @Override
    public void onClose(int code, @Nullable String reason, boolean remote) {
        Matcher status = STATUS.matcher(reason == null ? "" : reason);
        note(() -> {
            ended = true;
            endedByPeer = remote;
            closeCode = code;
            refusedWithStatus = !opened && status.find() ? status.group(1) : null;
        });
    }

    @Override
    public void onError(Exception exception) {
        note(() -> error = error == null ? exception : error);
    }

    @Override
    public String toString() {
        return "WebSocket to " + options.target();
    }
}

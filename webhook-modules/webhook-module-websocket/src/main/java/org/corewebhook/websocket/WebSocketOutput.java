package org.corewebhook.websocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.jspecify.annotations.Nullable;

/**
 * Sends each event as one message over a connection that is kept; opens it on first use and again after it broke.
 *
 * <p>A batch is sent at once and confirmed together. Thread-safe; calls run one after another.
 */
final class WebSocketOutput implements OutputModule {

    private static final int MAX_BATCH = 100;

    private final WebSocketOptions options;
    private final HostResolver resolver;

    /** Held by the call that uses the connection. */
    private final ReentrantLock turn = new ReentrantLock();

    /** How many events are sent one by one, to find the one that the peer refuses. */
    private int oneByOne;

    private final Object state = new Object();
    private @Nullable PeerConnection current;
    private boolean closed;

    WebSocketOutput(WebSocketOptions options, HostResolver resolver) {
        this.options = options;
        this.resolver = resolver;
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        DeliveryException failure = deliverAll(List.of(event)).get(0).failure();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        long deadline = System.nanoTime() + options.timeout().toNanos();
        if (!takeTurn()) {
            String message = "The WebSocket to " + options.target() + " was in use for too long";
            return Collections.nCopies(
                    events.size(), DeliveryOutcome.failed(DeliveryException.retryable(message, null)));
        }
        try {
            return deliverAll(events, deadline);
        } finally {
            turn.unlock();
        }
    }

    private boolean takeTurn() {
        try {
            return turn.tryLock(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<DeliveryOutcome> deliverAll(List<WebhookEvent> events, long deadline) {
        List<DeliveryOutcome> outcomes = new ArrayList<>(events.size());
        while (outcomes.size() < events.size()) {
            List<WebhookEvent> rest = events.subList(outcomes.size(), events.size());
            DeliveryException failure = transmit(oneByOne > 0 ? rest.subList(0, 1) : rest, deadline, outcomes);
            if (failure != null) {
                int affected = failure.isRetryable() ? events.size() - outcomes.size() : 1;
                outcomes.addAll(Collections.nCopies(affected, DeliveryOutcome.failed(failure)));
            }
        }
        return outcomes;
    }

    /** Adds an outcome for each event that was confirmed and returns why the next one was not, or null. */
    private @Nullable DeliveryException transmit(
            List<WebhookEvent> events, long deadline, List<DeliveryOutcome> outcomes) {
        PeerConnection connection;
        try {
            connection = connection(deadline);
        } catch (DeliveryException e) {
            return e;
        }
        int confirmed =
                connection.transmit(events.stream().map(options.frames()::frame).toList(), deadline);
        outcomes.addAll(Collections.nCopies(confirmed, DeliveryOutcome.delivered()));
        oneByOne = Math.max(0, oneByOne - confirmed);
        if (confirmed == events.size()) {
            return null;
        }
        drop(connection);
        return failure(connection, events.size() - confirmed);
    }

    /** A refusal is about one event; if there are several it could be, the next ones are sent one by one. */
    private DeliveryException failure(PeerConnection connection, int unconfirmed) {
        DeliveryException failure = connection.failureToConfirm();
        if (!connection.hasRefusedAMessage()) {
            return failure;
        }
        if (unconfirmed == 1) {
            return DeliveryException.permanent(String.valueOf(failure.getMessage()), null);
        }
        oneByOne = 2 * MAX_BATCH;
        return failure;
    }

    private PeerConnection connection(long deadline) throws DeliveryException {
        PeerConnection kept = current();
        if (kept != null && kept.isAlive(deadline)) {
            return kept;
        }
        if (kept != null) {
            drop(kept);
        }
        PeerConnection fresh = new PeerConnection(options, new Dialer(options, resolver, deadline));
        keep(fresh);
        try {
            fresh.open(deadline);
            return fresh;
        } catch (DeliveryException e) {
            drop(fresh);
            throw e;
        }
    }

    private @Nullable PeerConnection current() {
        synchronized (state) {
            return current;
        }
    }

    private void keep(PeerConnection fresh) throws DeliveryException {
        synchronized (state) {
            if (closed) {
                throw DeliveryException.retryable("The output to " + options.target() + " is closed", null);
            }
            current = fresh;
        }
    }

    private void drop(PeerConnection broken) {
        broken.hangUp();
        synchronized (state) {
            current = current == broken ? null : current;
        }
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    @Override
    public Duration timeout() {
        return options.timeout();
    }

    @Override
    public void close() {
        PeerConnection open;
        synchronized (state) {
            closed = true;
            open = current;
            current = null;
        }
        if (open != null) {
            open.end();
        }
    }

    @Override
    public String toString() {
        return "websocket to " + options.target();
    }
}

package org.corewebhook.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;

/**
 * An output that keeps what it is given, for tests of what stands before it.
 *
 * <p>Give it to a builder, or name it in {@code webhooks.json} as {@code "module": "recording"} with
 * {@code "module-config": {"as": "orders"}} and get hold of it with {@code named("orders")}. Thread-safe.
 */
public final class RecordingOutputModule implements OutputModule {

    private static final Map<String, RecordingOutputModule> NAMED = new ConcurrentHashMap<>();

    private final int maxBatch;
    private final Object lock = new Object();
    private final List<WebhookEvent> events = new ArrayList<>();
    private final List<Integer> batchSizes = new ArrayList<>();
    private boolean closed;

    /** Makes an output that takes one event per call. */
    public RecordingOutputModule() {
        this(1);
    }

    /** Makes an output that takes up to so many events per call. */
    public RecordingOutputModule(int maxBatch) {
        this.maxBatch = maxBatch;
    }

    /** Returns the output that {@code "as"} of a configuration names; a new one if it was closed. */
    public static RecordingOutputModule named(String name) {
        return NAMED.compute(
                name, (key, known) -> known == null || known.isClosed() ? new RecordingOutputModule() : known);
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        record(List.of(event));
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> batch) {
        try {
            record(batch);
            return batch.stream().map(event -> DeliveryOutcome.delivered()).toList();
        } catch (DeliveryException e) {
            return batch.stream().map(event -> DeliveryOutcome.failed(e)).toList();
        }
    }

    private void record(List<WebhookEvent> batch) throws DeliveryException {
        synchronized (lock) {
            if (closed) {
                throw DeliveryException.retryable("The recording output is closed", null);
            }
            events.addAll(batch);
            batchSizes.add(batch.size());
            lock.notifyAll();
        }
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    /** Returns the events that were delivered, in order. */
    public List<WebhookEvent> events() {
        synchronized (lock) {
            return List.copyOf(events);
        }
    }

    /** Returns the bodies that were delivered, in order. */
    public List<byte[]> bodies() {
        return events().stream().map(WebhookEvent::body).toList();
    }

    /** Returns how many events each call brought, in order. */
    public List<Integer> batchSizes() {
        synchronized (lock) {
            return List.copyOf(batchSizes);
        }
    }

    /**
     * Waits until at least so many events were delivered and returns all of them.
     *
     * @throws AssertionError if they do not arrive in time
     */
    public List<WebhookEvent> awaitEvents(int count, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (lock) {
            while (events.size() < count) {
                long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw new AssertionError(
                            "Waited " + atMost + " for " + count + " events, there are " + events.size());
                }
                try {
                    lock.wait(leftMillis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("Interrupted while waiting for " + count + " events", e);
                }
            }
            return List.copyOf(events);
        }
    }

    /** Tells whether it was closed. */
    public boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }

    @Override
    public String toString() {
        return "RecordingOutputModule";
    }
}

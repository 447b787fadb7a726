package org.corewebhook.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.WebhookEvent;

/**
 * Delivers events to one destination of one endpoint.
 *
 * <p>A module has no retries, queues or threads of its own: those are core's. Each call appends an event at most once.
 * Failures are exceptions of one kind; anything else that is thrown counts as retryable and is named in the log.
 */
public interface OutputModule extends AutoCloseable {

    /**
     * Delivers one event and returns when the destination has confirmed it.
     *
     * <p>Called by up to {@link #concurrency()} threads at once; blocks for at most {@link #timeout()}.
     */
    void deliver(WebhookEvent event) throws DeliveryException;

    /**
     * Delivers events in order and returns one outcome for each, in the same order.
     *
     * <p>By default one after another; override it where the destination can pipeline or batch.
     */
    default List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        List<DeliveryOutcome> outcomes = new ArrayList<>(events.size());
        for (WebhookEvent event : events) {
            try {
                deliver(event);
                outcomes.add(DeliveryOutcome.delivered());
            } catch (DeliveryException e) {
                outcomes.add(DeliveryOutcome.failed(e));
            }
        }
        return outcomes;
    }

    /** Returns the largest number of events that one call of {@link #deliverAll} takes; by default 1. */
    default int maxBatch() {
        return 1;
    }

    /**
     * Returns how many calls may run at once ({@code acknowledge: delivered} and {@code stored}, unless
     * {@code max_in_flight} says otherwise); 1, the default, is right for modules that batch.
     */
    default int concurrency() {
        return 1;
    }

    /**
     * Returns the longest time that one call blocks; by default 30 s. With {@code acknowledge: delivered}, a module
     * that keeps within the endpoint's {@code acknowledge_timeout} is called on the request's own thread while its lane
     * is idle, which saves handing the event over to another one.
     */
    default Duration timeout() {
        return Duration.ofSeconds(30);
    }

    /** Releases what the module holds; calls that are running return soon. A second call does nothing. */
    @Override
    default void close() {}
}

package org.corewebhook.rabbitmq;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;

/** Publishes events as persistent messages; the broker's confirmation of each is the delivery. Thread-safe. */
final class RabbitMq implements OutputModule {

    private static final int MAX_BATCH = 500;
    private static final int CONCURRENCY = 2;

    private final RabbitMqOptions options;
    private final SharedConnection connection;
    private final Set<Batch> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    RabbitMq(RabbitMqOptions options, SharedConnection connection) {
        this.options = options;
        this.connection = connection;
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
        Batch batch = new Batch(options, events);
        running.add(batch);
        try {
            if (closed) {
                throw closed();
            }
            Broker broker = connection.client(Broker.class);
            broker.publish(batch, options.timeout());
            return batch.outcomes();
        } catch (DeliveryException e) {
            return Collections.nCopies(events.size(), DeliveryOutcome.failed(e));
        } finally {
            running.remove(batch);
        }
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    @Override
    public int concurrency() {
        return CONCURRENCY;
    }

    @Override
    public Duration timeout() {
        return options.timeout();
    }

    /** The connection is shared and stays; what waits for confirmations here stops waiting. */
    @Override
    public void close() {
        closed = true;
        running.forEach(batch -> batch.end(closed()));
    }

    private DeliveryException closed() {
        return DeliveryException.retryable("The output to " + options.route() + " is closed", null);
    }

    @Override
    public String toString() {
        return "rabbitmq to " + options.route() + " on " + connection.name();
    }
}

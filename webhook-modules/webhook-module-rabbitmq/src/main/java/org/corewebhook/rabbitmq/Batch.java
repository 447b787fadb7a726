package org.corewebhook.rabbitmq;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.corewebhook.WebhookEvent;
import org.corewebhook.rabbitmq.RabbitMqOptions.Route;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one call and what the broker has said about each.
 *
 * <p>Published by one thread; the answers come on the connection's reader thread. Thread-safe.
 */
final class Batch {

    private final RabbitMqOptions options;
    private final List<WebhookEvent> events;

    private final Object lock = new Object();
    private final @Nullable DeliveryOutcome[] outcomes;
    private final long[] sequenceNumbers;
    private int open;
    private boolean vanished;
    private @Nullable DeliveryException end;

    Batch(RabbitMqOptions options, List<WebhookEvent> events) {
        this.options = options;
        this.events = events;
        this.outcomes = new @Nullable DeliveryOutcome[events.size()];
        this.sequenceNumbers = new long[events.size()];
        this.open = events.size();
    }

    Route route() {
        return options.route();
    }

    /** Publishes all messages without waiting for any answer; stops when the batch has come to an end. */
    void publish(Channel channel, int maxHeaderBytes) throws IOException {
        for (int i = 0; i < events.size(); i++) {
            Message message = Message.of(events.get(i), options.appId());
            if (message.headerBytes() > maxHeaderBytes) {
                String text = "The headers of the event are too large for one AMQP frame of this broker";
                settle(i, DeliveryOutcome.failed(DeliveryException.permanent(text, null)));
                continue;
            }
            synchronized (lock) {
                if (end != null) {
                    return;
                }
                sequenceNumbers[i] = channel.getNextPublishSeqNo();
            }
            // Mandatory: a message that no queue takes comes back instead of being dropped and confirmed.
            channel.basicPublish(route().exchange(), route().routingKey(), true, message.properties(), message.body());
        }
    }

    /** Notes that the broker has taken a message, or with {@code multiple} all up to it, or refuses to. */
    void confirmed(long sequenceNumber, boolean multiple, boolean taken) {
        DeliveryOutcome outcome = taken ? DeliveryOutcome.delivered() : refused();
        synchronized (lock) {
            for (int i = 0; i < sequenceNumbers.length; i++) {
                long number = sequenceNumbers[i];
                boolean meant = multiple ? number > 0 && number <= sequenceNumber : number == sequenceNumber;
                if (meant) {
                    settle(i, outcome);
                }
            }
        }
    }

    private DeliveryOutcome refused() {
        String text = "The broker has refused the message (nack) for " + route() + ", it may be full";
        return DeliveryOutcome.failed(DeliveryException.retryable(text, null));
    }

    /** Notes that no queue takes a message; the confirmation that follows says nothing more. */
    void returned(@Nullable String messageId, String reason) {
        synchronized (lock) {
            vanished = true;
            for (int i = 0; i < outcomes.length; i++) {
                if (outcomes[i] == null && events.get(i).id().equals(messageId)) {
                    settle(i, DeliveryOutcome.failed(unroutable(reason)));
                    return;
                }
            }
        }
    }

    private DeliveryException unroutable(String reason) {
        if (route().declare()) {
            String text = "The queue " + route().routingKey() + " was deleted, it is declared again (" + reason + ")";
            return DeliveryException.retryable(text, null);
        }
        String missing = route().toQueue()
                ? "There is no queue " + route().routingKey() + " and declare is off"
                : "No queue is bound to " + route();
        return DeliveryException.permanent(missing + " (" + reason + ")", null);
    }

    /** Notes that the broker takes no messages larger than this; the others were only unlucky to go with one. */
    void tooLarge(long maxBytes) {
        String text = "The broker takes messages of up to " + maxBytes + " bytes only";
        synchronized (lock) {
            for (int i = 0; i < outcomes.length; i++) {
                if (events.get(i).body().length > maxBytes) {
                    settle(i, DeliveryOutcome.failed(DeliveryException.permanent(text, null)));
                }
            }
        }
    }

    /** Ends the batch early: what has no answer yet has failed this way. */
    void end(DeliveryException failure) {
        synchronized (lock) {
            if (end == null) {
                end = failure;
            }
            lock.notifyAll();
        }
    }

    /** Waits until each message has an answer or the batch is ended; returns whether that was so in time. */
    boolean await(long deadlineNanos) throws InterruptedException {
        synchronized (lock) {
            while (open > 0 && end == null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                if (millis <= 0) {
                    return false;
                }
                lock.wait(millis);
            }
            return true;
        }
    }

    /** Tells whether each message has an answer. */
    boolean isAnswered() {
        synchronized (lock) {
            return open == 0;
        }
    }

    /** Tells whether a message came back because no queue took it. */
    boolean queueVanished() {
        synchronized (lock) {
            return vanished;
        }
    }

    /** Returns an outcome for each event, in order. */
    List<DeliveryOutcome> outcomes() {
        synchronized (lock) {
            DeliveryException failure =
                    end != null ? end : DeliveryException.retryable("The broker has not confirmed the message", null);
            List<DeliveryOutcome> all = new ArrayList<>(outcomes.length);
            for (DeliveryOutcome outcome : outcomes) {
                all.add(outcome != null ? outcome : DeliveryOutcome.failed(failure));
            }
            return all;
        }
    }

    private void settle(int index, DeliveryOutcome outcome) {
        synchronized (lock) {
            if (outcomes[index] == null) {
                outcomes[index] = outcome;
                if (--open == 0) {
                    lock.notifyAll();
                }
            }
        }
    }
}

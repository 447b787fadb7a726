package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of a destination with stored deliveries, and what it means for each of them. */
final class StoredCall {

    private static final Logger log = LoggerFactory.getLogger(StoredCall.class);

    private final String lane;
    private final DeliveryTerms terms;
    private final Clock clock;

    StoredCall(String lane, DeliveryTerms terms, Clock clock) {
        this.lane = lane;
        this.terms = terms;
        this.clock = clock;
    }

    /**
     * What a call has brought.
     *
     * @param settlements what becomes of each delivery
     * @param anyDelivered whether the destination has taken any of them
     * @param failure a failure that may pass if there was one, else any, else null
     */
    record Result(
            List<Settlement> settlements,
            boolean anyDelivered,
            @Nullable DeliveryException failure) {

        /** Tells whether the call says that the destination is in trouble. */
        boolean isOutage() {
            return !anyDelivered && failure != null && failure.isRetryable();
        }
    }

    /** Calls the destination; whatever it throws is a failure that may pass. */
    Result run(OutputModule destination, List<StoredDelivery> batch) {
        List<DeliveryOutcome> outcomes = outcomes(destination, batch);
        long now = clock.millis();
        List<Settlement> settlements = new ArrayList<>(batch.size());
        boolean anyDelivered = false;
        DeliveryException failure = null;
        for (int i = 0; i < batch.size(); i++) {
            DeliveryException each = outcomes.get(i).failure();
            settlements.add(settlement(batch.get(i), each, now));
            anyDelivered |= each == null;
            failure = each == null || (failure != null && failure.isRetryable()) ? failure : each;
        }
        return new Result(settlements, anyDelivered, failure);
    }

    private List<DeliveryOutcome> outcomes(OutputModule destination, List<StoredDelivery> batch) {
        List<WebhookEvent> events = new ArrayList<>(batch.size());
        for (StoredDelivery delivery : batch) {
            events.add(delivery.event());
        }
        try {
            List<DeliveryOutcome> outcomes = List.copyOf(destination.deliverAll(events));
            if (outcomes.size() == batch.size()) {
                return outcomes;
            }
            String message = "The module returned " + outcomes.size() + " outcomes for " + batch.size() + " events";
            return allFailed(batch, DeliveryException.retryable(message, null));
        } catch (RuntimeException | Error e) {
            log.error("{}: the module failed, the events are tried again", lane, e);
            String message = "The module failed: " + e.getClass().getName();
            return allFailed(batch, DeliveryException.retryable(message, e));
        }
    }

    private static List<DeliveryOutcome> allFailed(List<StoredDelivery> batch, DeliveryException failure) {
        return batch.stream().map(delivery -> DeliveryOutcome.failed(failure)).toList();
    }

    private Settlement settlement(StoredDelivery delivery, @Nullable DeliveryException failure, long now) {
        if (failure == null) {
            return terms.done(delivery.sequence(), now);
        }
        String error = String.valueOf(failure.getMessage());
        int attempts = delivery.attempts() + 1;
        Duration asked = failure.retryAfter();
        Duration delay = asked != null
                ? asked
                : terms.retry().delayAfter(attempts, ThreadLocalRandom.current().nextDouble());
        long next = now + delay.toMillis();
        long deadline = delivery.event().receivedAt().toEpochMilli()
                + terms.retry().maxAge().toMillis();
        if (failure.isRetryable() && attempts < terms.retry().maxAttempts() && next <= deadline) {
            return Settlement.retry(delivery.sequence(), now, next, error);
        }
        log.warn("{}: dead letter: {} after {} attempts: {}", lane, delivery.event(), attempts, error);
        return Settlement.dead(delivery.sequence(), now, error);
    }
}

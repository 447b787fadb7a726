package org.corewebhook.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;

/** Does with each event what the test says, and remembers batches and deliveries. */
final class ScriptedModule implements OutputModule {

    final List<List<String>> batches = new ArrayList<>();
    final List<String> delivered = new ArrayList<>();
    int maxBatch = 1;
    int concurrency = 1;
    Function<WebhookEvent, DeliveryException> failure = event -> null;

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        DeliveryOutcome outcome = deliverAll(List.of(event)).get(0);
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
    }

    @Override
    public synchronized List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        batches.add(events.stream().map(WebhookEvent::id).toList());
        List<DeliveryOutcome> outcomes = new ArrayList<>();
        for (WebhookEvent event : events) {
            DeliveryException failed = failure.apply(event);
            outcomes.add(failed == null ? DeliveryOutcome.delivered() : DeliveryOutcome.failed(failed));
            if (failed == null) {
                delivered.add(event.id());
            }
        }
        return outcomes;
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public int concurrency() {
        return concurrency;
    }

    static DeliveryException down() {
        return DeliveryException.retryable("down", null);
    }
}

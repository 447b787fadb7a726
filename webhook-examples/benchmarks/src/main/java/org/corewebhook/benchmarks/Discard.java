package org.corewebhook.benchmarks;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;

/**
 * A destination that confirms everything at once, so that only the receiver is measured. It never blocks, and as many
 * threads as like may call it at once. Thread-safe.
 */
public final class Discard implements OutputModule {

    /** Makes a destination. */
    public Discard() {}

    @Override
    public void deliver(WebhookEvent event) {
        // confirmed by doing nothing, which is the point
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        return Collections.nCopies(events.size(), DeliveryOutcome.delivered());
    }

    @Override
    public int maxBatch() {
        return 500;
    }

    @Override
    public int concurrency() {
        return 64;
    }

    @Override
    public Duration timeout() {
        return Duration.ZERO;
    }
}

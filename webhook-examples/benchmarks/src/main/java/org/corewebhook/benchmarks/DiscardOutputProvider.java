package org.corewebhook.benchmarks;

import java.util.List;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Serves {@code discard}: a destination that confirms everything at once, so that only the receiver is measured. */
public final class DiscardOutputProvider implements OutputModuleProvider {

    /** Made by {@link java.util.ServiceLoader}. */
    public DiscardOutputProvider() {}

    @Override
    public String name() {
        return "discard";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new Discard();
    }

    private static final class Discard implements OutputModule {

        @Override
        public void deliver(WebhookEvent event) {
            // confirmed by doing nothing, which is the point
        }

        @Override
        public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
            return events.stream().map(event -> DeliveryOutcome.delivered()).toList();
        }

        @Override
        public int maxBatch() {
            return 500;
        }
    }
}

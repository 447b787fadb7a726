package org.corewebhook.war;

import java.time.Clock;
import java.util.function.UnaryOperator;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.RequestHandler;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookProcessorBuilder;
import org.corewebhook.operations.Operations;
import org.corewebhook.operations.OperationsSettings;
import org.corewebhook.operations.Statistics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor with the operator's routes around it, as the environment and the files say. */
final class Receiver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Receiver.class);

    private final WebhookProcessor processor;
    private final RequestHandler handler;

    private Receiver(WebhookProcessor processor, RequestHandler handler) {
        this.processor = processor;
        this.handler = handler;
    }

    /**
     * Starts a receiver.
     *
     * @throws org.corewebhook.configuration.ConfigurationException if a file cannot be used
     */
    static Receiver start(ServerSettings settings, UnaryOperator<@Nullable String> environment) {
        Clock clock = Clock.systemUTC();
        Statistics statistics = new Statistics(clock);
        OperationsSettings operations = OperationsSettings.fromEnvironment(environment);
        operations.problems().forEach(problem -> log.warn("{}", problem));
        WebhookProcessorBuilder builder = WebhookProcessor.builder()
                .clock(clock)
                .observer(statistics)
                .environment(environment)
                .maxPending(settings.maxPending())
                .maxPendingBytes(settings.maxPendingBytes())
                .maxAwaitedBodies(settings.maxAwaitedBodies())
                .lenient();
        if (settings.webhooksFile() != null) {
            builder.files(settings.webhooksFile(), settings.connectionsFile());
        }
        if (settings.store() != null) {
            builder.store(settings.store());
        }
        WebhookProcessor processor = builder.build();
        RequestHandler handler = Operations.builder(processor, processor::health, statistics)
                .events(processor.storedEvents())
                .settings(operations)
                .clock(clock)
                .answersEverything()
                .build();
        return new Receiver(processor, handler);
    }

    /** Returns what answers requests. */
    RequestHandler handler() {
        return handler;
    }

    /** Logs in one line what is mounted where. */
    void announce(String baseUrl, ServerSettings settings) {
        ReceiverHealth health = processor.health();
        log.info(
                "Receiving webhooks at {}/webhook/{{}}: {} endpoints from {}, {} of them closed (see the log and /health);"
                        + " operations at /, /health, /stats; accepted events are kept in {}",
                baseUrl,
                "id",
                health.endpoints(),
                settings.webhooksFile(),
                health.closedEndpoints().size(),
                settings.store() == null ? "memory only (WEBHOOK_STORE=none)" : settings.store());
        if (settings.webhooksFile() == null) {
            log.warn(
                    "There is no webhooks.json in {}: create one, or name it with WEBHOOKS_CONFIG_FILE",
                    System.getProperty("user.dir"));
        }
    }

    /** Answers 503 from now on, waits for events on their way, closes everything. */
    @Override
    public void close() {
        processor.close();
    }
}

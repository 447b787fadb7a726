package org.corewebhook.operations;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.corewebhook.ErrorKind;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.RequestHandler;
import org.corewebhook.StoredEvents;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A receiver with the operator's routes around it: {@code GET /}, {@code /health}, {@code /health/live},
 * {@code /health/ready}, {@code /stats} and, with a store and an admin's token, {@code /admin}; what an adapter mounts.
 *
 * <p>All other paths that the receiver owns go to the receiver, whose answers keep status and body and get CORS and
 * security headers. A path that nobody owns is answered with 404 if the request gets here at all; {@link #owns} claims
 * such paths only after {@link Builder#answersEverything}. Thread-safe.
 */
public final class Operations implements RequestHandler {

    private static final Logger log = LoggerFactory.getLogger(Operations.class);
    private static final WebhookResponse NOT_FOUND = WebhookResponse.problem(ErrorKind.NOT_FOUND, "Not Found");
    private static final WebhookResponse ONLY_GET = WebhookResponse.problem(
                    ErrorKind.METHOD_NOT_ALLOWED, "Method Not Allowed")
            .with("Allow", "GET");

    private final RequestHandler receiver;
    private final boolean answersEverything;
    private final Map<String, Route> routes;
    private final AdminRoutes admin;
    private final CrossOrigin crossOrigin;
    private final SecurityHeaders securityHeaders;

    private Operations(Builder builder) {
        OperationsSettings settings = builder.settings;
        PeerAddress peers = PeerAddress.behind(settings.trustedProxies());
        HealthRoutes health = new HealthRoutes(builder.health, settings, builder.clock);
        this.receiver = builder.receiver;
        this.answersEverything = builder.answersEverything;
        this.routes = Map.of(
                "/",
                new RootRoute(settings, peers, builder.clock),
                "/health",
                health::overview,
                "/health/live",
                request -> health.live(),
                "/health/ready",
                request -> health.ready(),
                "/stats",
                new StatsRoute(builder.statistics, settings, peers, builder.clock));
        this.admin = new AdminRoutes(builder.events, settings);
        this.crossOrigin = new CrossOrigin(settings.allowedOrigins());
        this.securityHeaders = new SecurityHeaders(settings, peers);
    }

    /**
     * Starts with a receiver, with how it is doing, and with the statistics that observe it.
     *
     * @param receiver answers the webhooks
     * @param health is asked for every request to {@code /health} and {@code /health/ready}, by many threads
     * @param statistics what {@code /stats} shows
     */
    public static Builder builder(RequestHandler receiver, Supplier<ReceiverHealth> health, Statistics statistics) {
        return new Builder(receiver, health, statistics);
    }

    @Override
    public boolean owns(String path) {
        return answersEverything || routes.containsKey(path) || admin.owns(path) || receiver.owns(path);
    }

    @Override
    public WebhookResponse handle(WebhookRequest request) {
        return securityHeaders.addTo(answer(request), request);
    }

    @Override
    public void handle(WebhookRequest request, Consumer<WebhookResponse> sender) {
        if (isForReceiver(request)) {
            crossOrigin.answer(request, receiver, answer -> sender.accept(securityHeaders.addTo(answer, request)));
        } else {
            sender.accept(handle(request));
        }
    }

    private boolean isForReceiver(WebhookRequest request) {
        String path = request.path();
        return !routes.containsKey(path) && !admin.owns(path) && receiver.owns(path);
    }

    private WebhookResponse answer(WebhookRequest request) {
        try {
            Route route = routes.get(request.path());
            if (route != null) {
                return request.method().equals("GET") ? route.get(request) : ONLY_GET;
            }
            if (admin.owns(request.path())) {
                return admin.answer(request);
            }
            return receiver.owns(request.path()) ? crossOrigin.answer(request, receiver) : NOT_FOUND;
        } catch (RuntimeException e) {
            log.error(
                    "A request to {} failed because of a defect",
                    routes.containsKey(request.path()) ? request.path() : "the receiver",
                    e);
            return WebhookResponse.problem(ErrorKind.INTERNAL, "Internal Server Error");
        }
    }

    /** Collects what the operator's routes need. Not thread-safe. */
    public static final class Builder {

        private final RequestHandler receiver;
        private final Supplier<ReceiverHealth> health;
        private final Statistics statistics;
        private OperationsSettings settings = OperationsSettings.builder().build();
        private Clock clock = Clock.systemUTC();
        private boolean answersEverything;
        private @Nullable StoredEvents events;

        private Builder(RequestHandler receiver, Supplier<ReceiverHealth> health, Statistics statistics) {
            this.receiver = Objects.requireNonNull(receiver, "receiver");
            this.health = Objects.requireNonNull(health, "health");
            this.statistics = Objects.requireNonNull(statistics, "statistics");
        }

        /** Sets limits, tokens, origins and headers; by default those of {@link OperationsSettings#builder()}. */
        public Builder settings(OperationsSettings operationsSettings) {
            this.settings = Objects.requireNonNull(operationsSettings, "operationsSettings");
            return this;
        }

        /** Sets the stored events that {@code /admin} works on, or null if there is no store. */
        public Builder events(@Nullable StoredEvents storedEvents) {
            this.events = storedEvents;
            return this;
        }

        /** Sets the clock of rate limits and timestamps; by default the system's. */
        public Builder clock(Clock systemClock) {
            this.clock = Objects.requireNonNull(systemClock, "systemClock");
            return this;
        }

        /** Claims every path, unknown ones for a 404: for a server of its own, never inside a host application. */
        public Builder answersEverything() {
            this.answersEverything = true;
            return this;
        }

        /** Returns the handler to mount. */
        public Operations build() {
            return new Operations(this);
        }
    }
}

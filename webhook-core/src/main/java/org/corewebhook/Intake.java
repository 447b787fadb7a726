package org.corewebhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.delivery.Acceptance;
import org.corewebhook.delivery.Dispatcher;
import org.corewebhook.receipt.Receipts;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes proven requests in: claims their receipts, makes them events and hands those to the dispatcher. Thread-safe.
 */
final class Intake {

    private static final Logger log = LoggerFactory.getLogger(WebhookProcessor.class);

    private static final Duration RETRY_WHILE_IN_FLIGHT = Duration.ofSeconds(1);
    private static final Duration RETRY_WHEN_THE_STORE_FAILS = Duration.ofSeconds(5);
    private static final String IN_FLIGHT = "The same event is being received at this moment, retry later";
    private static final String STORE_FAILS = "The store of the receiver fails, retry later";

    private final Receipts receipts;
    private final Dispatcher dispatcher;
    private final List<WebhookObserver> observers;
    private final Clock clock;
    private final EventIds ids = new EventIds();

    Intake(Receipts receipts, Dispatcher dispatcher, List<WebhookObserver> observers, Clock clock) {
        this.receipts = receipts;
        this.dispatcher = dispatcher;
        this.observers = List.copyOf(observers);
        this.clock = clock;
    }

    /**
     * Returns an answer, or null if the request is new: then the sender hears what becomes of its event. What was
     * accepted before gets the same answer and goes nowhere.
     */
    @Nullable
    WebhookResponse take(
            Endpoint endpoint,
            EndpointPath path,
            WebhookRequest request,
            BodyBudget.Reservation body,
            Consumer<WebhookResponse> sender) {
        try {
            Receipts.Claim claim = receipts.claim(endpoint, request);
            switch (claim.standing()) {
                case NEW -> accept(endpoint, path, request, body, claim, sender);
                case IN_FLIGHT -> {
                    return WebhookResponse.problem(ErrorKind.UNAVAILABLE, IN_FLIGHT, RETRY_WHILE_IN_FLIGHT);
                }
                case ACCEPTED -> {
                    log.debug("{}: a duplicate, not delivered again", endpoint);
                    return WebhookResponse.accepted();
                }
            }
            return null;
        } catch (StoreException e) {
            log.error("{}: cannot tell whether it is a duplicate, the sender gets 503: {}", endpoint, e.getMessage());
            log.debug("{}: the store failed", endpoint, e);
            return WebhookResponse.problem(ErrorKind.UNAVAILABLE, STORE_FAILS, RETRY_WHEN_THE_STORE_FAILS);
        }
    }

    private void accept(
            Endpoint endpoint,
            EndpointPath path,
            WebhookRequest request,
            BodyBudget.Reservation body,
            Receipts.Claim claim,
            Consumer<WebhookResponse> sender) {
        boolean handedOver = false;
        try {
            WebhookEvent event = pipeline(endpoint, event(endpoint, request));
            handedOver = true;
            dispatcher.accept(
                    endpoint,
                    event,
                    claim.receiptOfEvent(),
                    body.handOver(),
                    acceptance -> sender.accept(answer(acceptance, event, claim, endpoint, path)));
        } finally {
            if (!handedOver) {
                claim.close();
            }
        }
    }

    private WebhookResponse answer(
            Acceptance acceptance, WebhookEvent event, Receipts.Claim held, Endpoint endpoint, EndpointPath path) {
        try (Receipts.Claim claim = held) {
            String refusal = acceptance.refusal();
            if (refusal != null) {
                log.debug("{}: not accepted: {}", event, refusal);
                return WebhookResponse.problem(ErrorKind.UNAVAILABLE, refusal, acceptance.retryAfter());
            }
            claim.complete();
            if (acceptance.duplicate()) {
                log.debug("{}: a duplicate, not delivered again", event);
                return WebhookResponse.accepted();
            }
            if (log.isDebugEnabled()) {
                log.debug("{}: accepted, {} bytes", event, event.body().length);
            }
            observe(event, endpoint, path);
            return WebhookResponse.accepted();
        } catch (RuntimeException e) {
            log.error("{}: failed, the sender gets 500", event, e);
            return WebhookResponse.problem(ErrorKind.INTERNAL, "Internal error, see the log of the receiver");
        }
    }

    private WebhookEvent event(Endpoint endpoint, WebhookRequest request) {
        Instant now = clock.instant();
        Headers headers = endpoint.withoutCredentials(request.headers());
        return new WebhookEvent(ids.next(now.toEpochMilli()), endpoint.id(), now, headers, request.body());
    }

    private static WebhookEvent pipeline(Endpoint endpoint, WebhookEvent event) {
        return endpoint.cleanup() == null ? event : endpoint.cleanup().apply(event);
    }

    private void observe(WebhookEvent event, Endpoint endpoint, EndpointPath path) {
        if (observers.isEmpty()) {
            return;
        }
        String namespace = path.namespace();
        String label = namespace == null ? endpoint.id() : namespace + "/" + endpoint.id();
        for (int i = 0; i < observers.size(); i++) {
            tell(observers.get(i), event, label);
        }
    }

    private static void tell(WebhookObserver observer, WebhookEvent event, String label) {
        try {
            observer.accepted(event, label);
        } catch (RuntimeException e) {
            log.error("{}: an observer failed", event, e);
        }
    }
}

package org.corewebhook;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.body.BodyRefusedException;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.Destination;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.configuration.StagedValidator;
import org.corewebhook.delivery.Dispatcher;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;
import org.corewebhook.receipt.Receipts;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one request, proves that it is genuine, accepts it as its endpoint promises, and returns the answer.
 *
 * <p>One entry, {@link #process}, for callers that wait for the answer and for those that do not; safe from any thread.
 * Close it to stop: it then answers 503, waits for what is on its way, and closes modules and connections.
 */
public final class WebhookProcessor implements RequestHandler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WebhookProcessor.class);

    private static final Duration RETRY_WHEN_CLOSED = Duration.ofSeconds(60);
    private static final Duration RETRY_WHEN_STOPPING = Duration.ofSeconds(5);
    private static final WebhookResponse ONLY_POST = WebhookResponse.problem(
                    ErrorKind.METHOD_NOT_ALLOWED, "Method Not Allowed")
            .with("Allow", "POST");
    private static final String STOPPING = "The receiver is stopping, retry later";
    private static final String CLOSED = "This endpoint is not configured correctly, retry later";

    private final Configuration configuration;
    private final String mountPath;
    private final RequestLimits limits;
    private final JsonCheck jsonCheck = new JsonCheck(PayloadLimits.defaults());
    private final BodyBudget budget;
    private final Dispatcher dispatcher;
    private final Intake intake;
    private final @Nullable StoredEvents storedEvents;
    private final List<WebhookObserver> requestedObservers;
    private final Duration shutdownTimeout;
    private final AtomicBoolean stopping = new AtomicBoolean();

    WebhookProcessor(WebhookProcessorBuilder builder, Configuration configuration) {
        this.configuration = configuration;
        this.mountPath = builder.mountPath;
        this.limits = builder.limits;
        this.budget = new BodyBudget(builder.maxBodyBytesInFlight, builder.maxAwaitedBodies);
        this.dispatcher = new Dispatcher(
                builder.clock, builder.store, builder.maxPending, builder.maxPendingBytes, builder.answers);
        this.storedEvents =
                builder.store == null ? null : StoredEvents.atWork(builder.store, dispatcher, builder.clock);
        this.requestedObservers = configuration.observers().stream()
                .map(request -> request.provider().create(request.connection(), configuration.endpoints()))
                .toList();
        Receipts receipts = new Receipts(builder.clock, builder.store);
        this.intake = new Intake(receipts, dispatcher, observers(builder.observer), builder.clock);
        this.shutdownTimeout = builder.shutdownTimeout;
    }

    private List<WebhookObserver> observers(WebhookObserver first) {
        List<WebhookObserver> all = new ArrayList<>(List.of(first));
        all.addAll(requestedObservers);
        return all;
    }

    /** Returns a builder of a processor. */
    public static WebhookProcessorBuilder builder() {
        return new WebhookProcessorBuilder();
    }

    /**
     * Returns a processor that works by these files; one bad endpoint does not take the others down.
     *
     * @throws org.corewebhook.configuration.ConfigurationException if a file cannot be read or parsed
     */
    public static WebhookProcessor fromFiles(Path webhooksJson, @Nullable Path connectionsJson) {
        return builder().files(webhooksJson, connectionsJson).lenient().build();
    }

    /** Takes up what an earlier run has left in the store; the processor is closed if that cannot be read. */
    void recover() {
        try {
            dispatcher.recover(configuration);
        } catch (StoreException e) {
            close();
            throw StoreOpener.unusable(e);
        }
    }

    /** Answers one request; never throws for a bad one. */
    public WebhookResponse process(WebhookRequest request) {
        AwaitedAnswer sender = new AwaitedAnswer();
        process(request, sender);
        return sender.await();
    }

    /**
     * Answers one request as {@link #process(WebhookRequest)} does, but holds no thread while the event is stored or
     * while its destinations have not confirmed it yet.
     *
     * @param sender is given the answer exactly once: before this method returns, or later on another thread, which it
     *     must not block
     */
    public void process(WebhookRequest request, Consumer<WebhookResponse> sender) {
        WebhookResponse refusal;
        BodyBudget.Reservation body = budget.open(request.remoteAddress());
        try {
            refusal = receive(request, body, sender);
        } catch (BodyRefusedException e) {
            log.debug("{}: body refused", request, e);
            refusal = WebhookResponse.problem(e.kind(), e.detail(), e.retryAfter());
        } catch (RuntimeException e) {
            log.error("{}: failed, the sender gets 500", request, e);
            refusal = WebhookResponse.problem(ErrorKind.INTERNAL, "Internal error, see the log of the receiver");
        } finally {
            if (!body.isHandedOver()) {
                body.close();
            }
        }
        if (refusal != null) {
            sender.accept(refusal);
        }
    }

    @Override
    public boolean owns(String path) {
        return EndpointPath.isBelow(mountPath, path);
    }

    @Override
    public WebhookResponse handle(WebhookRequest request) {
        return process(request);
    }

    @Override
    public void handle(WebhookRequest request, Consumer<WebhookResponse> sender) {
        process(request, sender);
    }

    /** Returns the configuration that is at work. */
    public Configuration configuration() {
        return configuration;
    }

    /** Returns what an operator can do with stored events, or null if there is no store. */
    public @Nullable StoredEvents storedEvents() {
        return storedEvents;
    }

    /** Returns how the receiver is doing. */
    public ReceiverHealth health() {
        List<ReceiverHealth.ClosedEndpoint> closed = new ArrayList<>();
        for (Endpoint endpoint : configuration.endpoints()) {
            String reason = endpoint.closedBy();
            if (reason != null) {
                closed.add(new ReceiverHealth.ClosedEndpoint(endpoint.id(), reason, false));
                continue;
            }
            for (Destination destination : endpoint.destinations()) {
                if (destination.module() == null) {
                    closed.add(new ReceiverHealth.ClosedEndpoint(endpoint.id(), destination.problem(), true));
                }
            }
        }
        return new ReceiverHealth(
                stopping.get(),
                configuration.endpoints().size(),
                configuration.problems(),
                closed,
                dispatcher.health(),
                configuration.connections().stream()
                        .map(SharedConnection::health)
                        .toList(),
                budget.reservedBytes(),
                budget.totalBytes());
    }

    /**
     * Stops: new requests get 503, what is on its way is awaited for the shutdown timeout. A second call does nothing.
     */
    @Override
    public void close() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        long left = dispatcher.drain(shutdownTimeout);
        if (left > 0) {
            log.warn("Stopping with {} events undelivered: they waited in memory and are lost", left);
        }
        long stored = dispatcher.stored();
        dispatcher.close();
        requestedObservers.forEach(WebhookProcessor::close);
        closeModules();
        configuration.connections().forEach(SharedConnection::close);
        log.info("Stopped receiving webhooks; {} events wait in the store for the next start", stored);
    }

    /** Closes an observer that has something to close, for example what waits to be written. */
    private static void close(WebhookObserver observer) {
        if (observer instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                log.warn("An observer did not close cleanly", e);
            }
        }
    }

    /** Returns an answer, or null if the request is proven: then the sender hears what becomes of its event. */
    private @Nullable WebhookResponse receive(
            WebhookRequest request, BodyBudget.Reservation body, Consumer<WebhookResponse> sender) {
        EndpointPath path = EndpointPath.parse(mountPath, request.path());
        if (path == null) {
            return WebhookResponse.problem(ErrorKind.NOT_FOUND, "Not Found");
        }
        boolean isPost = request.method().equals("POST");
        if (!isPost && !shakesHands(path)) {
            return ONLY_POST;
        }
        if (!path.hasValidNamespace()) {
            return WebhookResponse.problem(ErrorKind.MALFORMED, "Invalid namespace format");
        }
        if (!path.hasValidId()) {
            return WebhookResponse.problem(ErrorKind.MALFORMED, "Invalid webhook ID format");
        }
        Endpoint endpoint = configuration.endpoint(path.id());
        if (endpoint == null) {
            return WebhookResponse.problem(ErrorKind.UNKNOWN_ENDPOINT, "Webhook ID not found");
        }
        if (stopping.get()) {
            return WebhookResponse.problem(ErrorKind.UNAVAILABLE, STOPPING, RETRY_WHEN_STOPPING);
        }
        if (endpoint.closedBy() != null) {
            return WebhookResponse.problem(ErrorKind.UNAVAILABLE, CLOSED, RETRY_WHEN_CLOSED);
        }
        WebhookResponse excess = checkLimits(request);
        if (excess != null) {
            return excess;
        }
        request.limitBody(limits.maxBodyBytes(), limits.bodyTimeout(), body);
        WebhookResponse answer = HandshakeAnswers.first(endpoint, request);
        if (answer != null) {
            return answer;
        }
        if (!isPost) {
            return ONLY_POST;
        }
        WebhookResponse refusal = prove(endpoint, request, body);
        return refusal != null ? refusal : intake.take(endpoint, path, request, body, sender);
    }

    /**
     * Other methods are for endpoints whose senders use them for handshakes; who asks others learns nothing of them.
     */
    private boolean shakesHands(EndpointPath path) {
        Endpoint endpoint = path.hasValidId() ? configuration.endpoint(path.id()) : null;
        return endpoint != null && !endpoint.handshakes().isEmpty();
    }

    private @Nullable WebhookResponse prove(Endpoint endpoint, WebhookRequest request, BodyBudget.Reservation body) {
        WebhookResponse refusal;
        boolean proven = false;
        for (StagedValidator validator : endpoint.validators()) {
            if (!proven && endpoint.provenByHeaders() && validator.stage().compareTo(ValidationStage.CREDENTIALS) > 0) {
                body.proven();
                proven = true;
            }
            refusal = validate(endpoint, validator, request);
            if (refusal != null) {
                return refusal;
            }
        }
        if (endpoint.provenByHeaders()) {
            body.proven();
        }
        return checkPayload(endpoint, request);
    }

    private @Nullable WebhookResponse checkLimits(WebhookRequest request) {
        Headers headers = request.headers();
        if (headers.size() > limits.maxHeaders()) {
            String detail = "Too many headers: " + headers.size() + " (max: " + limits.maxHeaders() + ")";
            return WebhookResponse.problem(ErrorKind.MALFORMED, detail);
        }
        int length = headers.totalLength();
        if (length > limits.maxHeaderChars()) {
            String detail = "Headers too large: " + length + " bytes (max: " + limits.maxHeaderChars() + ")";
            return WebhookResponse.problem(ErrorKind.MALFORMED, detail);
        }
        if (request.declaredLength() > limits.maxBodyBytes()) {
            throw BodyRefusedException.tooLarge(request.declaredLength(), limits.maxBodyBytes());
        }
        return null;
    }

    /** A validator that throws refuses the request: nobody gets in because our code failed. */
    private static @Nullable WebhookResponse validate(
            Endpoint endpoint, StagedValidator staged, WebhookRequest request) {
        ValidationResult result;
        try {
            result = staged.validator().validate(request);
        } catch (BodyRefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("{}: the validator {} failed, the request is refused", endpoint, staged.key(), e);
            result = ValidationResult.unauthorized("Processing error occurred in webhook validation");
        }
        ErrorKind refusal = result.refusal();
        if (refusal == null) {
            return null;
        }
        log.debug("{}: refused by {}: {}", endpoint, staged.key(), result);
        return WebhookResponse.problem(refusal, result.detail(), result.retryAfter())
                .with(result.headers());
    }

    private @Nullable WebhookResponse checkPayload(Endpoint endpoint, WebhookRequest request) {
        byte[] bytes = request.body();
        if (endpoint.dataType() == DataType.BLOB) {
            return null;
        }
        String encoding = request.headers().first("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            String detail = "Unsupported content encoding: send the JSON as it is, or set data_type to blob";
            return WebhookResponse.problem(ErrorKind.UNSUPPORTED_MEDIA_TYPE, detail)
                    .with("Accept-Encoding", "identity");
        }
        String problem = jsonCheck.problem(bytes);
        return problem == null ? null : WebhookResponse.problem(ErrorKind.MALFORMED, problem);
    }

    private void closeModules() {
        for (Endpoint endpoint : configuration.endpoints()) {
            for (Destination destination : endpoint.destinations()) {
                if (destination.module() != null) {
                    close(destination);
                }
            }
        }
    }

    private static void close(Destination destination) {
        try {
            if (destination.module() != null) {
                destination.module().close();
            }
        } catch (Exception e) {
            log.warn("{}: the module did not close cleanly", destination.lane(), e);
        }
    }
}

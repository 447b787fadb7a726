package org.corewebhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.configuration.ConfigurationReader;
import org.corewebhook.configuration.JsonTree;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Providers;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.ValidatorProvider;
import org.corewebhook.store.EventStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how a {@link WebhookProcessor} works: by files, by code, or both. Not thread-safe.
 *
 * <p>{@link #build()} throws one {@link ConfigurationException} with all problems, unless {@link #lenient()} is set.
 */
public final class WebhookProcessorBuilder {

    /** The default of {@link #mountPath}: {@value}. */
    public static final String DEFAULT_MOUNT_PATH = "/webhook";

    /** The default of {@link #maxPending}: {@value}. */
    public static final long DEFAULT_MAX_PENDING = 10_000_000;

    private static final Logger log = LoggerFactory.getLogger(WebhookProcessor.class);

    String mountPath = DEFAULT_MOUNT_PATH;
    RequestLimits limits = RequestLimits.DEFAULT;
    long maxBodyBytesInFlight = BodyBudget.defaultBytes();
    int maxAwaitedBodies = Integer.MAX_VALUE;
    long maxPending = DEFAULT_MAX_PENDING;
    long maxPendingBytes = Long.MAX_VALUE;
    Clock clock = Clock.systemUTC();
    Duration shutdownTimeout = Duration.ofSeconds(25);
    WebhookObserver observer = (event, label) -> {};

    private final Map<String, EndpointBuilder> endpoints = new LinkedHashMap<>();
    private final Map<String, ObjectNode> connections = new LinkedHashMap<>();
    private final Providers providers = Providers.load(classLoader());
    private UnaryOperator<@Nullable String> environment = System::getenv;
    private @Nullable Path webhooksFile;
    private @Nullable Path connectionsFile;
    private boolean lenient;

    @Nullable
    Executor answers;

    @Nullable
    EventStore store;

    private @Nullable String storeLocation;

    WebhookProcessorBuilder() {}

    /** Reads endpoints and connections from files; {@code connectionsJson} may be null. */
    public WebhookProcessorBuilder files(Path webhooksJson, @Nullable Path connectionsJson) {
        this.webhooksFile = Objects.requireNonNull(webhooksJson, "webhooksJson");
        this.connectionsFile = connectionsJson;
        return this;
    }

    /** Adds an endpoint: {@code .endpoint("github", e -> e.hmac("secret").output(module))}. */
    public WebhookProcessorBuilder endpoint(String id, Consumer<EndpointBuilder> settings) {
        EndpointBuilder endpoint = new EndpointBuilder();
        settings.accept(endpoint);
        if (endpoints.putIfAbsent(id, endpoint) != null) {
            throw new IllegalStateException("The endpoint " + id + " was already added");
        }
        return this;
    }

    /** Adds a connection with the keys that an entry of {@code connections.json} has. */
    public WebhookProcessorBuilder connection(String name, Map<String, ?> settings) {
        if (connections.putIfAbsent(name, (ObjectNode) JsonTree.of(settings)) != null) {
            throw new IllegalStateException("The connection " + name + " was already added");
        }
        return this;
    }

    /** Adds a provider that is not on the class path as a service. */
    public WebhookProcessorBuilder provider(ValidatorProvider provider) {
        providers.add(provider);
        return this;
    }

    /** Adds a provider that is not on the class path as a service. */
    public WebhookProcessorBuilder provider(OutputModuleProvider provider) {
        providers.add(provider);
        return this;
    }

    /** Adds a provider that is not on the class path as a service. */
    public WebhookProcessorBuilder provider(ConnectionProvider provider) {
        providers.add(provider);
        return this;
    }

    /** Says where placeholders find their values; by default {@link System#getenv(String)}. */
    public WebhookProcessorBuilder environment(UnaryOperator<@Nullable String> variables) {
        this.environment = variables;
        return this;
    }

    /** Says below which path endpoints lie, by default {@value #DEFAULT_MOUNT_PATH}; no slash at the end. */
    public WebhookProcessorBuilder mountPath(String path) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException("A mount path starts with a slash and does not end with one");
        }
        this.mountPath = path;
        return this;
    }

    /** Sets what one request may bring along; by default {@link RequestLimits#DEFAULT}. */
    public WebhookProcessorBuilder limits(RequestLimits requestLimits) {
        this.limits = Objects.requireNonNull(requestLimits, "requestLimits");
        return this;
    }

    /** Sets the bytes of all bodies in memory; beyond them requests get 503. By default a quarter of the heap. */
    public WebhookProcessorBuilder maxBodyBytesInFlight(long bytes) {
        this.maxBodyBytesInFlight = bytes;
        return this;
    }

    /**
     * Sets for how many bodies at once the receiver waits that were not here in full when they were asked for; beyond
     * them, or half of them from one address, requests get 503. Each of them holds a thread of the container, so that
     * senders which send slowly could take all of them: leave some threads for others. By default any number.
     */
    public WebhookProcessorBuilder maxAwaitedBodies(int bodies) {
        this.maxAwaitedBodies = (int) positive(bodies);
        return this;
    }

    /**
     * Sets how many deliveries may wait in the store for all destinations together; beyond them requests get 503. By
     * default {@value #DEFAULT_MAX_PENDING}. The key {@code max_pending} of an endpoint sets the same for each of its
     * destinations.
     */
    public WebhookProcessorBuilder maxPending(long deliveries) {
        this.maxPending = positive(deliveries);
        return this;
    }

    /**
     * Sets how many bytes of bodies may wait in the store, counted once for each destination; beyond them requests get
     * 503. By default as many as the disk takes.
     */
    public WebhookProcessorBuilder maxPendingBytes(long bytes) {
        this.maxPendingBytes = positive(bytes);
        return this;
    }

    private static long positive(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("A limit is at least 1");
        }
        return limit;
    }

    /** Sets how long {@link WebhookProcessor#close()} waits for events on their way; by default 25 s. */
    public WebhookProcessorBuilder shutdownTimeout(Duration timeout) {
        this.shutdownTimeout = Objects.requireNonNull(timeout, "timeout");
        return this;
    }

    /** Sets who is told what becomes of requests. */
    public WebhookProcessorBuilder observer(WebhookObserver toldOfEvents) {
        this.observer = Objects.requireNonNull(toldOfEvents, "toldOfEvents");
        return this;
    }

    /**
     * Keeps accepted events in this store; endpoints then acknowledge what is stored unless they say otherwise. The
     * processor closes it.
     */
    public WebhookProcessorBuilder store(EventStore eventStore) {
        this.store = Objects.requireNonNull(eventStore, "eventStore");
        return this;
    }

    /**
     * Opens the store at this location, for example {@code sqlite:data/webhooks.db}, when the processor is built; needs
     * the artifact {@code webhook-store-jdbc}.
     */
    public WebhookProcessorBuilder store(String location) {
        this.storeLocation = Objects.requireNonNull(location, "location");
        return this;
    }

    /**
     * Answers senders whose events the store has taken, and tells observers of these, on these threads; by default one
     * after the other on a thread of the processor's own. For who has the container's threads at hand.
     *
     * @param threads must outlive the processor, and must not be the ones that wait in
     *     {@link WebhookProcessor#process(WebhookRequest)}
     */
    public WebhookProcessorBuilder answers(Executor threads) {
        this.answers = Objects.requireNonNull(threads, "threads");
        return this;
    }

    /** Sets the clock, for tests. */
    public WebhookProcessorBuilder clock(Clock time) {
        this.clock = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Starts in spite of problems: an endpoint with a bad proof answers 503, one with a bad destination too, after
     * authentication; the others work. For servers, whose operator reads the log and {@code /health}.
     */
    public WebhookProcessorBuilder lenient() {
        this.lenient = true;
        return this;
    }

    /**
     * Returns the processor.
     *
     * @throws ConfigurationException if a file or the store cannot be used, or, unless lenient, for any problem but
     *     warnings
     */
    public WebhookProcessor build() {
        ConfigurationReader reader = new ConfigurationReader(providers, environment, clock);
        if (store != null || storeLocation != null) {
            reader.withStore();
        }
        if (webhooksFile != null) {
            reader.files(webhooksFile, connectionsFile);
        }
        connections.forEach(reader::connection);
        endpoints.forEach(
                (id, endpoint) -> reader.endpoint(id, endpoint.settings(), endpoint.validators(), endpoint.outputs()));
        Configuration configuration = reader.read();
        refuse(configuration);
        report(configuration);
        String location = storeLocation;
        if (store == null && location != null) {
            store = StoreOpener.open(location, clock, classLoader());
        }
        WebhookProcessor processor = new WebhookProcessor(this, configuration);
        processor.recover();
        return processor;
    }

    private void refuse(Configuration configuration) {
        List<Problem> errors = configuration.problems().stream()
                .filter(problem -> problem.severity() != Problem.Severity.WARNING)
                .toList();
        if (!lenient && !errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
    }

    private static void report(Configuration configuration) {
        for (Problem problem : configuration.problems()) {
            switch (problem.severity()) {
                case PROOF -> log.error("{}. The endpoint answers 503 until this is repaired", problem);
                case DESTINATION -> log.error("{}. The destination counts as down until this is repaired", problem);
                case WARNING -> log.warn("{}", problem);
            }
        }
    }

    private static ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? WebhookProcessorBuilder.class.getClassLoader() : context;
    }
}

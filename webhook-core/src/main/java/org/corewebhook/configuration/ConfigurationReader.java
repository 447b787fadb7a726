package org.corewebhook.configuration;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.corewebhook.spi.OutputModule;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Configuration} from files and from what a builder says; finds every problem in one go.
 *
 * <p>Not thread-safe; one reader makes one configuration.
 */
public final class ConfigurationReader {

    private static final String BUILDER = "builder";

    private final Providers providers;
    private final UnaryOperator<@Nullable String> environment;
    private final Clock clock;
    private boolean hasStore;
    private final Problems problems = new Problems();
    private final ObjectNode connections = JsonNodeFactory.instance.objectNode();
    private final ObjectNode endpoints = JsonNodeFactory.instance.objectNode();
    private final Map<String, EndpointReader.Additions> additions = new HashMap<>();
    private @Nullable Path webhooksFile;
    private @Nullable Path connectionsFile;

    /** Makes a reader that looks up environment variables with a function that returns null for unset ones. */
    public ConfigurationReader(Providers providers, UnaryOperator<@Nullable String> environment, Clock clock) {
        this.providers = providers;
        this.environment = environment;
        this.clock = clock;
    }

    /** Says that there is a durable store: endpoints then acknowledge what is stored unless they say otherwise. */
    public void withStore() {
        this.hasStore = true;
    }

    /** Names the files to read: {@code webhooks.json}, and {@code connections.json} if there is one. */
    public void files(Path webhooks, @Nullable Path connectionsOrNull) {
        this.webhooksFile = webhooks;
        this.connectionsFile = connectionsOrNull;
    }

    /** Names the file of connections alone. */
    public void connectionsFile(Path file) {
        this.connectionsFile = file;
    }

    /** Adds a connection that stands in no file; it wins over one of the same name in the file. */
    public void connection(String name, ObjectNode settings) {
        connections.set(name, settings);
    }

    /** Adds an endpoint that stands in no file, with validators and outputs (by name) that JSON cannot say. */
    public void endpoint(
            String id, ObjectNode settings, List<StagedValidator> validators, Map<String, OutputModule> outputs) {
        endpoints.set(id, settings);
        additions.put(id, new EndpointReader.Additions(List.copyOf(validators), new LinkedHashMap<>(outputs)));
    }

    /**
     * Reads everything.
     *
     * @throws ConfigurationException if a file cannot be read or parsed, or if providers contradict each other
     */
    public Configuration read() {
        refuseBadProviders();
        Connections known = new Connections(connectionSettings(), providers);
        Map<String, Endpoint> read = new LinkedHashMap<>();
        if (webhooksFile != null) {
            readEndpoints(settings(JsonSource.read(webhooksFile)), known, Map.of(), read);
        }
        readEndpoints(settings(JsonSource.of(BUILDER, endpoints)), known, additions, read);
        List<ObserverRequest> observers = known.observers(problems);
        problems.addAll(known.problemsOfUnused());
        return new Configuration(read, known.used(), observers, problems.all());
    }

    private void refuseBadProviders() {
        if (!providers.problems().isEmpty()) {
            throw new ConfigurationException(providers.problems());
        }
    }

    private Settings connectionSettings() {
        if (connectionsFile == null) {
            return settings(JsonSource.of(BUILDER, connections));
        }
        JsonSource file = JsonSource.read(connectionsFile);
        file.root().setAll(connections);
        return settings(file);
    }

    private Settings settings(JsonSource source) {
        Placeholders.Resolved resolved = new Placeholders(environment).resolve(source);
        Settings.Scope scope =
                new Settings.Scope(resolved.source(), resolved.unset(), clock, Problem.Severity.WARNING, problems);
        for (String duplicate : source.duplicates()) {
            scope.problem(Problem.Severity.WARNING, duplicate, "The key stands twice; the last one counts");
        }
        return new Settings(scope, resolved.source().root(), "", null);
    }

    private void readEndpoints(
            Settings all, Connections known, Map<String, EndpointReader.Additions> added, Map<String, Endpoint> read) {
        List<String> ids = new ArrayList<>();
        all.node().fieldNames().forEachRemaining(ids::add);
        for (String id : ids) {
            EndpointReader.Additions additionsOfId = added.getOrDefault(id, EndpointReader.Additions.NONE);
            EndpointReader reader = new EndpointReader(id, providers, known, additionsOfId, problems, hasStore);
            Endpoint endpoint = reader.read(all);
            if (read.put(id, endpoint) != null) {
                all.warning(id, "The endpoint also stands in the file; what the builder says counts");
            }
        }
    }
}

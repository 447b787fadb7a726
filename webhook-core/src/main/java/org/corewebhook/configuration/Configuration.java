package org.corewebhook.configuration;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Everything the receiver works by, as one immutable snapshot. Thread-safe. */
public final class Configuration {

    private final Map<String, Endpoint> endpoints;
    private final @Nullable Endpoint defaultEndpoint;
    private final List<SharedConnection> connections;
    private final List<ObserverRequest> observers;
    private final List<Problem> problems;

    Configuration(
            Map<String, Endpoint> endpoints,
            List<SharedConnection> connections,
            List<ObserverRequest> observers,
            List<Problem> problems) {
        this.endpoints = Map.copyOf(endpoints);
        this.defaultEndpoint = endpoints.get("default");
        this.connections = List.copyOf(connections);
        this.observers = List.copyOf(observers);
        this.problems = List.copyOf(problems);
    }

    /** Returns the endpoint of that id; the one named {@code default} serves ids that nobody configured. */
    public @Nullable Endpoint endpoint(String id) {
        Endpoint endpoint = endpoints.get(id);
        return endpoint == null ? defaultEndpoint : endpoint;
    }

    /** Returns all endpoints. */
    public Collection<Endpoint> endpoints() {
        return endpoints.values();
    }

    /** Returns the connections that endpoints and observers use, open or not. */
    public List<SharedConnection> connections() {
        return connections;
    }

    /** Returns which connections ask to observe accepted webhooks. */
    public List<ObserverRequest> observers() {
        return observers;
    }

    /** Returns everything that is wrong. */
    public List<Problem> problems() {
        return problems;
    }
}

package org.corewebhook.configuration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.ConnectionProvider;
import org.corewebhook.spi.ObserverProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** The entries of {@code connections.json}, checked when an endpoint first names them. Used by one thread. */
final class Connections {

    private final Settings root;
    private final Providers providers;
    private final Map<String, Checked> checked = new HashMap<>();

    Connections(Settings root, Providers providers) {
        this.root = root;
        this.providers = providers;
    }

    /**
     * A connection that was looked at.
     *
     * @param connection the connection, or null if it cannot be used
     * @param problems why
     */
    record Checked(@Nullable SharedConnection connection, List<Problem> problems) {}

    /** Returns the connection of that name, or null if there is none. */
    @Nullable
    Checked named(String name) {
        if (!root.has(name)) {
            return null;
        }
        return checked.computeIfAbsent(name, this::check);
    }

    /** Returns the connections that ask to observe accepted webhooks; one that cannot be used is worth a warning. */
    List<ObserverRequest> observers(Problems problems) {
        List<ObserverRequest> requests = new ArrayList<>();
        for (String name : names()) {
            ObserverProvider provider = observerOf(name);
            Checked found = provider == null ? null : named(name);
            if (provider == null || found == null) {
                continue;
            }
            if (found.connection() == null) {
                problems.addAll(asWarnings(found.problems(), "so that accepted webhooks are not logged through it"));
            } else {
                requests.add(new ObserverRequest(provider, found.connection()));
            }
        }
        return requests;
    }

    private @Nullable ObserverProvider observerOf(String name) {
        if (!(root.node().get(name) instanceof ObjectNode object)) {
            return null;
        }
        ObserverProvider provider = providers.observer(object.path("type").asText());
        Settings settings = root.as(Problem.Severity.WARNING, new Problems()).object(name);
        return provider != null && provider.isWanted(name, settings) ? provider : null;
    }

    /** Returns all connections that can be used and that an endpoint or an observer uses. */
    List<SharedConnection> used() {
        List<SharedConnection> used = new ArrayList<>();
        for (Checked each : checked.values()) {
            if (each.connection() != null) {
                used.add(each.connection());
            }
        }
        return used;
    }

    /** Looks at the connections that nobody names; what is wrong with them is worth a warning only. */
    List<Problem> problemsOfUnused() {
        List<Problem> problems = new ArrayList<>();
        root.node().fieldNames().forEachRemaining(name -> {
            if (!checked.containsKey(name)) {
                problems.addAll(asWarnings(check(name).problems(), "no endpoint uses this connection"));
            }
        });
        return problems;
    }

    /** Returns the names of all connections. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        root.node().fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<Problem> asWarnings(List<Problem> problems, String why) {
        return problems.stream()
                .map(problem -> new Problem(
                        Problem.Severity.WARNING,
                        problem.source(),
                        problem.path(),
                        problem.line(),
                        problem.message() + " (" + why + ")"))
                .toList();
    }

    private Checked check(String name) {
        Problems problems = new Problems();
        Settings all = root.as(Problem.Severity.DESTINATION, problems);
        if (!(root.node().get(name) instanceof ObjectNode)) {
            all.problem(name, "Must be an object in braces with a \"type\"");
            return new Checked(null, problems.all());
        }
        Settings settings = all.object(name);
        String type = settings.requireString("type");
        ConnectionProvider provider = providers.connection(type);
        if (provider == null) {
            if (!type.isBlank()) {
                String how = KnownNames.howToGet(type, providers.connectionTypes());
                settings.problem("type", "Nothing here can open connections of type " + type + ": " + how);
            }
            return new Checked(null, problems.all());
        }
        ConnectionProvider.Opener opener = Creation.of(settings, "type", () -> provider.prepare(settings));
        UnknownKeys.warn(settings, List.of());
        if (opener == null || problems.anyError()) {
            return new Checked(null, problems.all());
        }
        return new Checked(new SharedConnection(name, type, opener), problems.all());
    }
}

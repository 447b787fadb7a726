package org.corewebhook.war;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.corewebhook.WebhookProcessorBuilder;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says about the server.
 *
 * @param webhooksFile {@code WEBHOOKS_CONFIG_FILE}, by default {@code webhooks.json} in the working directory; null if
 *     that default does not exist
 * @param connectionsFile {@code CONNECTIONS_CONFIG_FILE}, by default {@code connections.json}; null if that default
 *     does not exist
 * @param host {@code HOST}, by default 0.0.0.0
 * @param port {@code PORT}, by default 8000; 0 takes a free one
 * @param store {@code WEBHOOK_STORE}, by default {@value #DEFAULT_STORE}; null for {@code none}
 * @param maxPending {@code WEBHOOK_MAX_PENDING}: deliveries that may wait in the store, by default 10,000,000
 * @param maxPendingBytes {@code WEBHOOK_MAX_PENDING_BYTES}: bytes of their bodies, for example {@code 2GiB}; by default
 *     what the disk takes
 * @param maxAwaitedBodies {@code WEBHOOK_MAX_AWAITED_BODIES}: bodies that are slow to arrive and hold a thread each, by
 *     default as many as there are threads but a hundred
 */
record ServerSettings(
        @Nullable Path webhooksFile,
        @Nullable Path connectionsFile,
        String host,
        int port,
        @Nullable String store,
        long maxPending,
        long maxPendingBytes,
        int maxAwaitedBodies) {

    static final String DEFAULT_STORE = "sqlite:data/webhooks.db";

    private static final String MAX_PENDING = "WEBHOOK_MAX_PENDING";
    private static final String MAX_PENDING_BYTES = "WEBHOOK_MAX_PENDING_BYTES";
    private static final String MAX_AWAITED_BODIES = "WEBHOOK_MAX_AWAITED_BODIES";

    /** Tomcat and Jetty have 200 unless they are told otherwise. */
    private static final int THREADS_OF_CONTAINERS = 200;

    /** For requests whose body is here, and for refused uploads that are read to their end. */
    private static final int OTHER_THREADS = 100;

    /** Reads the environment of the stand-alone receiver. */
    static ServerSettings of(UnaryOperator<@Nullable String> environment) {
        return of(environment, DEFAULT_STORE, EmbeddedServer.MAX_THREADS);
    }

    /** Reads the environment of a container; {@code defaultStore} is where events are kept if it does not say. */
    static ServerSettings of(UnaryOperator<@Nullable String> environment, String defaultStore) {
        return of(environment, defaultStore, THREADS_OF_CONTAINERS);
    }

    private static ServerSettings of(UnaryOperator<@Nullable String> environment, String defaultStore, int threads) {
        List<Problem> problems = new ArrayList<>();
        Path webhooks = file(environment.apply("WEBHOOKS_CONFIG_FILE"), "webhooks.json");
        Path connections = file(environment.apply("CONNECTIONS_CONFIG_FILE"), "connections.json");
        String host = environment.apply("HOST");
        int port = port(environment.apply("PORT"), problems);
        Settings limits = limits(environment);
        long maxPending = limits.integer(MAX_PENDING, WebhookProcessorBuilder.DEFAULT_MAX_PENDING, 1, Long.MAX_VALUE);
        long maxPendingBytes = limits.size(MAX_PENDING_BYTES, Long.MAX_VALUE, 1, Long.MAX_VALUE);
        long maxAwaitedBodies = limits.integer(MAX_AWAITED_BODIES, threads - OTHER_THREADS, 1, Integer.MAX_VALUE);
        problems.addAll(limits.problems());
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new ServerSettings(
                webhooks,
                connections,
                host == null || host.isBlank() ? "0.0.0.0" : host.strip(),
                port,
                store(environment.apply("WEBHOOK_STORE"), defaultStore),
                maxPending,
                maxPendingBytes,
                (int) maxAwaitedBodies);
    }

    private static Settings limits(UnaryOperator<@Nullable String> environment) {
        Map<String, String> values = new HashMap<>();
        for (String name : List.of(MAX_PENDING, MAX_PENDING_BYTES, MAX_AWAITED_BODIES)) {
            String value = environment.apply(name);
            if (value != null && !value.isBlank()) {
                values.put(name, value.strip());
            }
        }
        return Settings.of(values);
    }

    private static @Nullable String store(@Nullable String location, String standard) {
        if (location == null || location.isBlank()) {
            return standard;
        }
        return location.strip().equals("none") ? null : location.strip();
    }

    /** A file that was named must exist, which its reader checks; one that was not may be missing. */
    private static @Nullable Path file(@Nullable String named, String standard) {
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        return Files.exists(Path.of(standard)) ? Path.of(standard) : null;
    }

    private static int port(@Nullable String text, List<Problem> problems) {
        if (text == null || text.isBlank()) {
            return 8000;
        }
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // reported below, with all other ways to get it wrong
        }
        problems.add(new Problem(
                Problem.Severity.PROOF, "environment", "PORT", 0, "Must be a number from 0 to 65535, 8000 by default"));
        return 8000;
    }
}

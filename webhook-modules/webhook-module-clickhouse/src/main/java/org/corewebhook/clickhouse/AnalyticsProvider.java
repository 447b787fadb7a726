package org.corewebhook.clickhouse;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.corewebhook.WebhookObserver;
import org.corewebhook.configuration.Destination;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ObserverProvider;
import org.corewebhook.spi.SharedConnection;

/**
 * Logs all accepted webhooks through a connection named {@value #NAME}, or one that says {@code "analytics": true}.
 * Thread-safe.
 */
public final class AnalyticsProvider implements ObserverProvider {

    /** The name that the reference gives this connection. */
    public static final String NAME = "clickhouse_analytics";

    /** Called by {@link java.util.ServiceLoader}. */
    public AnalyticsProvider() {}

    @Override
    public String connectionType() {
        return "clickhouse";
    }

    @Override
    public boolean isWanted(String name, Settings connection) {
        return connection.flag("analytics", name.equals(NAME));
    }

    @Override
    public WebhookObserver create(SharedConnection connection, Collection<Endpoint> endpoints) {
        Set<String> loggedAlready = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (logs(endpoint, connection)) {
                loggedAlready.add(endpoint.id());
            }
        }
        return new AnalyticsLogger(connection.opener(), loggedAlready::contains);
    }

    private static boolean logs(Endpoint endpoint, SharedConnection connection) {
        for (Destination destination : endpoint.destinations()) {
            if (destination.module() != null && AnalyticsLogger.isLoggedBy(destination.module(), connection.name())) {
                return true;
            }
        }
        return false;
    }
}

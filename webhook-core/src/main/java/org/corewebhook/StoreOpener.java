package org.corewebhook;

import java.time.Clock;
import java.util.List;
import java.util.ServiceLoader;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.configuration.Problem;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStoreProvider;
import org.corewebhook.store.StoreException;

/** Finds the provider of a store's location and opens it. Stateless and thread-safe. */
public final class StoreOpener {

    private StoreOpener() {}

    /**
     * Opens the store at this location, for example {@code sqlite:data/webhooks.db}; providers are found by
     * {@link ServiceLoader}.
     *
     * @throws ConfigurationException if no provider knows such locations, or if the store cannot be used
     */
    public static EventStore open(String location, Clock clock, ClassLoader loader) {
        for (EventStoreProvider provider : ServiceLoader.load(EventStoreProvider.class, loader)) {
            if (provider.accepts(location)) {
                try {
                    return provider.open(location, clock);
                } catch (StoreException e) {
                    throw unusable(e);
                }
            }
        }
        String kind = location.contains(":") ? location.substring(0, location.indexOf(':')) : location;
        throw new ConfigurationException(List.of(problem("No store of kind " + kind
                + " is on the class path: add the artifact org.corewebhook:webhook-store-jdbc and use sqlite:FILE")));
    }

    static ConfigurationException unusable(StoreException e) {
        ConfigurationException failure = new ConfigurationException(List.of(problem(String.valueOf(e.getMessage()))));
        failure.initCause(e);
        return failure;
    }

    private static Problem problem(String message) {
        return new Problem(Problem.Severity.PROOF, "store", "", 0, message);
    }
}

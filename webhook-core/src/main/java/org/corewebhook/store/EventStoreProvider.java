package org.corewebhook.store;

import java.time.Clock;

/** Opens stores of one kind; found by {@link java.util.ServiceLoader}. */
public interface EventStoreProvider {

    /** Tells whether this provider opens such locations, for example {@code sqlite:data/webhooks.db}. */
    boolean accepts(String location);

    /**
     * Opens the store, creating or migrating it as needed.
     *
     * @throws StoreException if it cannot be used: the message says why and what to do
     */
    EventStore open(String location, Clock clock) throws StoreException;
}

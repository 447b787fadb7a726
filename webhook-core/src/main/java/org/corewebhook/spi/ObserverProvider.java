package org.corewebhook.spi;

import java.util.Collection;
import org.corewebhook.WebhookObserver;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.configuration.Settings;

/** Makes an observer of accepted webhooks where a connection asks for one; found by {@link java.util.ServiceLoader}. */
public interface ObserverProvider {

    /** Returns the {@code type} of connection that can ask for an observer. */
    String connectionType();

    /** Tells whether the connection of this name asks for one, by its name or by a setting. */
    boolean isWanted(String name, Settings connection);

    /**
     * Makes the observer; opens nothing. If it is {@link AutoCloseable} it is closed with the processor.
     *
     * @param connection the connection that asked
     * @param endpoints all endpoints, so that what they deliver need not be observed again
     */
    WebhookObserver create(SharedConnection connection, Collection<Endpoint> endpoints);
}

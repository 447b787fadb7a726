package org.corewebhook.spi;

import org.corewebhook.configuration.Settings;

/** Opens the connections of one {@code type} in {@code connections.json}; found by {@link java.util.ServiceLoader}. */
public interface ConnectionProvider {

    /** Returns the type that this provider serves: {@code kafka}. */
    String type();

    /** Reads and checks all settings and returns what opens the connection on first use; opens nothing itself. */
    Opener prepare(Settings settings);

    /** Opens a client; called at most once until the client is closed. */
    @FunctionalInterface
    interface Opener {
        /** Returns a client that is ready for use by many threads. */
        AutoCloseable open() throws DeliveryException;
    }
}

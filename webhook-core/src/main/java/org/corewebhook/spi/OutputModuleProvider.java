package org.corewebhook.spi;

import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** Makes the output modules of one name; found by {@link java.util.ServiceLoader}. */
public interface OutputModuleProvider {

    /** Returns the name that {@code module} in {@code webhooks.json} asks for: {@code http_webhook}. */
    String name();

    /** Returns the {@code type} of connection in {@code connections.json} that the module needs, or null for none. */
    default @Nullable String connectionType() {
        return null;
    }

    /** Tells whether a connection of that type will do; by default only {@link #connectionType()}. */
    default boolean acceptsConnection(String type) {
        return type.equals(connectionType());
    }

    /**
     * Makes a module; opens nothing, so that a destination that is down never stops a start.
     *
     * <p>Report what is wrong with {@link Settings#problem}, all of it; the module is then not used.
     *
     * @param settings the {@code module-config}; keys that stand beside it are in {@link Settings#enclosing()}
     * @param connection the connection that the endpoint names; null exactly if {@link #connectionType()} is
     */
    OutputModule create(Settings settings, @Nullable SharedConnection connection);
}

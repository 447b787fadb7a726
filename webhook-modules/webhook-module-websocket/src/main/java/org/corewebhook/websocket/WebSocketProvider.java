package org.corewebhook.websocket;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code websocket}; its settings stand in the README of the module. Thread-safe. */
public final class WebSocketProvider implements OutputModuleProvider {

    private final HostResolver resolver;

    /** Called by {@link java.util.ServiceLoader}; names are resolved as the JVM does. */
    public WebSocketProvider() {
        this(HostResolver.SYSTEM);
    }

    /** Makes modules that resolve names with this resolver. */
    WebSocketProvider(HostResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new WebSocketOutput(WebSocketOptions.read(settings), resolver);
    }
}

package org.corewebhook.rabbitmq;

import java.util.Objects;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code rabbitmq}; its settings stand in the README of the module. Thread-safe. */
public final class RabbitMqProvider implements OutputModuleProvider {

    @Override
    public String name() {
        return "rabbitmq";
    }

    @Override
    public String connectionType() {
        return RabbitMqConnectionProvider.TYPE;
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new RabbitMq(RabbitMqOptions.read(settings), Objects.requireNonNull(connection, "connection"));
    }
}

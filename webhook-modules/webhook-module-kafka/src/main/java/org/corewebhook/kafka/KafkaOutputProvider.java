package org.corewebhook.kafka;

import java.util.Objects;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code kafka}; its settings stand in the README of the module. Thread-safe. */
public final class KafkaOutputProvider implements OutputModuleProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public KafkaOutputProvider() {}

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String connectionType() {
        return KafkaConnectionProvider.TYPE;
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new KafkaOutput(KafkaOutputOptions.read(settings), Objects.requireNonNull(connection, "connection"));
    }
}

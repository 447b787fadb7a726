package org.corewebhook.kafka;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;

/**
 * Opens connections of type {@code kafka}: one producer, shared by all outputs that name the connection. Their settings
 * stand in the README of the module. Thread-safe.
 */
public final class KafkaConnectionProvider implements ConnectionProvider {

    static final String TYPE = "kafka";

    /** Called by {@link java.util.ServiceLoader}. */
    public KafkaConnectionProvider() {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Opener prepare(Settings settings) {
        KafkaConnectionOptions options = KafkaConnectionOptions.read(settings);
        return () -> new SharedProducer(options);
    }
}

package org.corewebhook.rabbitmq;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;

/** Prepares connections of the type {@code rabbitmq}; their settings stand in the README. Thread-safe. */
public final class RabbitMqConnectionProvider implements ConnectionProvider {

    static final String TYPE = "rabbitmq";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Opener prepare(Settings settings) {
        BrokerOptions options = BrokerOptions.read(settings);
        return () -> new Broker(options);
    }
}

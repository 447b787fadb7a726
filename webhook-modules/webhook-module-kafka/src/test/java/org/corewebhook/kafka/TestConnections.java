package org.corewebhook.kafka;

import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.SharedConnection;

/** Makes connections as the configuration does. */
final class TestConnections {

    private TestConnections() {}

    static SharedConnection connection(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        KafkaConnectionProvider provider = new KafkaConnectionProvider();
        SharedConnection connection = new SharedConnection("events", provider.type(), provider.prepare(settings));
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
        return connection;
    }
}

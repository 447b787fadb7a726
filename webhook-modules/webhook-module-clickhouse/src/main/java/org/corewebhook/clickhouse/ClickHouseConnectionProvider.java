package org.corewebhook.clickhouse;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ConnectionProvider;

/** Opens connections of type {@code clickhouse}; their settings stand in the README of the module. Thread-safe. */
public final class ClickHouseConnectionProvider implements ConnectionProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public ClickHouseConnectionProvider() {}

    @Override
    public String type() {
        return "clickhouse";
    }

    @Override
    public Opener prepare(Settings settings) {
        ClickHouseOptions options = ClickHouseOptions.read(settings);
        return () -> new ClickHouseClient(options);
    }
}

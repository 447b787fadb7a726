package org.corewebhook.clickhouse;

import java.util.Objects;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code clickhouse}; its settings stand in the README of the module. Thread-safe. */
public final class ClickHouseOutputProvider implements OutputModuleProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public ClickHouseOutputProvider() {}

    @Override
    public String name() {
        return "clickhouse";
    }

    @Override
    public String connectionType() {
        return "clickhouse";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        TableName table = TableName.read(settings);
        boolean includeHeaders = settings.flag("include_headers", true);
        settings.flag("include_timestamp", true); // known, and without effect as ever: the column is part of the key
        return new ClickHouseOutput(Objects.requireNonNull(connection, "connection"), table, includeHeaders);
    }
}

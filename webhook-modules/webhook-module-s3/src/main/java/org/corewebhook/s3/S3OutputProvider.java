package org.corewebhook.s3;

import java.util.Objects;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code s3}; its settings stand in the README of the module. Thread-safe. */
public final class S3OutputProvider implements OutputModuleProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public S3OutputProvider() {}

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public String connectionType() {
        return "s3";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new S3Output(S3OutputOptions.read(settings), Objects.requireNonNull(connection, "connection"));
    }
}

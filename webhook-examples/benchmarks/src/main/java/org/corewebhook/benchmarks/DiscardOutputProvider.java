package org.corewebhook.benchmarks;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Serves {@code discard}, which is {@link Discard}. */
public final class DiscardOutputProvider implements OutputModuleProvider {

    /** Made by {@link java.util.ServiceLoader}. */
    public DiscardOutputProvider() {}

    @Override
    public String name() {
        return "discard";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new Discard();
    }
}

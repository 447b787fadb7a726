package org.corewebhook.testkit;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code recording}, see {@link RecordingOutputModule}. Thread-safe. */
public final class RecordingOutputModuleProvider implements OutputModuleProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public RecordingOutputModuleProvider() {}

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return RecordingOutputModule.named(settings.requireString("as"));
    }
}

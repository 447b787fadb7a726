package org.corewebhook.output;

import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/**
 * The output {@code log}: prints each event to standard output as one JSON object, in UTF-8.
 *
 * <p>Settings: {@code redact_sensitive} (true): hide credentials in headers and body; {@code pretty_print} (false):
 * indent, over several lines. Thread-safe.
 */
public final class LogOutputProvider implements OutputModuleProvider {

    @Override
    public String name() {
        return "log";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        boolean redact = settings.flag("redact_sensitive", true);
        boolean indented = settings.flag("pretty_print", false);
        // asked for each time: an application may replace System.out
        return new LogOutput(() -> System.out, redact, indented);
    }
}

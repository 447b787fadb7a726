package org.corewebhook.thirdparty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** A module as a third party writes it: this class and one services line. */
public final class MemoryOutput implements OutputModuleProvider {

    public static final List<String> RECEIVED = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        String prefix = settings.string("prefix", "");
        return (WebhookEvent event) ->
                RECEIVED.add(prefix + new String(event.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
}

package org.corewebhook.http;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/** Makes the output {@code http_webhook}; its settings stand in the README of the module. Thread-safe. */
public final class HttpWebhookProvider implements OutputModuleProvider {

    private final DnsResolver resolver;

    /** Called by {@link java.util.ServiceLoader}; names are resolved as the JVM does. */
    public HttpWebhookProvider() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    /** Makes modules that resolve names with this resolver. */
    HttpWebhookProvider(DnsResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public String name() {
        return "http_webhook";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        return new HttpWebhook(HttpWebhookOptions.read(settings), resolver, settings.clock());
    }
}

package org.corewebhook.http;

import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.corewebhook.address.AddressGuard;

/** Makes the HTTP client: it does what it is told once, and nothing else. */
final class Clients {

    /** A connection that was idle for longer is tested before it is used again. */
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofSeconds(1);

    private static final Timeout MAX_IDLE = Timeout.ofSeconds(50);

    /** Connections end, so that a name is resolved and checked again. */
    private static final TimeValue MAX_AGE = TimeValue.ofMinutes(5);

    /** The deadline ends an exchange and says why; the time-outs of the socket are there in case it is missed. */
    private static final Duration AFTER_THE_DEADLINE = Duration.ofSeconds(1);

    private static final Http1Config BOUNDED_ANSWERS = Http1Config.custom()
            .setMaxLineLength(16 * 1024)
            .setMaxHeaderCount(200)
            .build();

    private Clients() {}

    static CloseableHttpClient create(HttpWebhookOptions options, DnsResolver resolver) {
        return HttpClientBuilder.create()
                .setConnectionManager(connections(options, resolver))
                .setDefaultRequestConfig(requests(options))
                // Always straight to the target: behind a proxy nobody would check the address.
                .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
                .setUserAgent(userAgent())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    private static PoolingHttpClientConnectionManager connections(HttpWebhookOptions options, DnsResolver resolver) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new GuardedResolver(resolver, AddressGuard.operatorUrls()))
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(BOUNDED_ANSWERS)
                        .build())
                .setMaxConnTotal(options.maxConnections())
                .setMaxConnPerRoute(options.maxConnections())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(options.connectTimeout()))
                        .setSocketTimeout(later(options))
                        .setIdleTimeout(MAX_IDLE)
                        .setTimeToLive(MAX_AGE)
                        .setValidateAfterInactivity(VALIDATE_AFTER)
                        .build())
                .build();
    }

    private static RequestConfig requests(HttpWebhookOptions options) {
        return RequestConfig.custom()
                .setConnectionRequestTimeout(later(options))
                .setResponseTimeout(later(options))
                .setAuthenticationEnabled(false)
                .setRedirectsEnabled(false)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build();
    }

    private static Timeout later(HttpWebhookOptions options) {
        return Timeout.of(options.timeout().plus(AFTER_THE_DEADLINE));
    }

    private static String userAgent() {
        String version = Clients.class.getPackage().getImplementationVersion();
        return version == null ? "core-webhook" : "core-webhook/" + version;
    }
}

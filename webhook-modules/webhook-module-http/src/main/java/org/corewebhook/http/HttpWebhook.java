package org.corewebhook.http;

import java.time.Clock;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.jspecify.annotations.Nullable;

/** Sends each event as one HTTP request; a 2xx answer is the confirmation. Thread-safe. */
final class HttpWebhook implements OutputModule {

    private static final int MAX_CONCURRENCY = 64;

    private final HttpWebhookOptions options;
    private final DnsResolver resolver;
    private final Clock clock;
    private final Object lock = new Object();
    private @Nullable DeadlineClient client;
    private boolean closed;

    HttpWebhook(HttpWebhookOptions options, DnsResolver resolver, Clock clock) {
        this.options = options;
        this.resolver = resolver;
        this.clock = clock;
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        Answer answer = client().send(request(event));
        answer.requireSuccess(options.target(), clock);
    }

    private HttpUriRequestBase request(WebhookEvent event) {
        HttpUriRequestBase request = new HttpUriRequestBase(options.method(), options.url());
        options.headers().addTo(request, event);
        // The headers say what the bytes are; an entity with a type of its own would say it again.
        request.setEntity(new ByteArrayEntity(event.body(), null));
        return request;
    }

    /** The client is made on first use: an output that is configured and idle costs nothing. */
    private DeadlineClient client() throws DeliveryException {
        synchronized (lock) {
            if (closed) {
                throw DeliveryException.retryable("The output to " + options.target() + " is closed", null);
            }
            DeadlineClient open = client;
            if (open == null) {
                open = new DeadlineClient(options, resolver);
                client = open;
            }
            return open;
        }
    }

    @Override
    public int concurrency() {
        return Math.min(MAX_CONCURRENCY, options.maxConnections());
    }

    @Override
    public Duration timeout() {
        return options.timeout();
    }

    @Override
    public void close() {
        DeadlineClient open;
        synchronized (lock) {
            closed = true;
            open = client;
            client = null;
        }
        if (open != null) {
            open.close();
        }
    }

    @Override
    public String toString() {
        return "http_webhook to " + options.target();
    }
}

package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request once and ends each exchange by its deadline, however slowly the other side reads or writes.
 *
 * <p>Time-outs of a socket count from byte to byte and not at all while the peer does not read, so a clock of its own
 * cancels what takes too long. Its one thread exists while requests are under way and a little longer. Thread-safe.
 */
final class HttpCalls implements AutoCloseable {

    /** Answers are a few rows, or an error, of which the beginning says enough. */
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private static final int MAX_CONNECTIONS = 64;
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofSeconds(1);

    /** ClickHouse closes idle connections itself, after 10 s in old versions and 30 s in new ones. */
    private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(8);

    /** Connections end, so that a name is resolved and checked again. */
    private static final TimeValue MAX_AGE = TimeValue.ofMinutes(5);

    private static final long IDLE_THREAD_SECONDS = 5;
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClickHouseOptions options;
    private final CloseableHttpClient client;
    private final HttpHost host;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Set<HttpPost> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HttpCalls(ClickHouseOptions options) {
        this.options = options;
        this.client = client(options);
        this.host = new HttpHost(options.scheme(), options.host(), options.httpPort());
        this.deadlines = new ScheduledThreadPoolExecutor(1, HttpCalls::daemon);
        deadlines.setRemoveOnCancelPolicy(true);
        deadlines.setKeepAliveTime(IDLE_THREAD_SECONDS, TimeUnit.SECONDS);
        deadlines.allowCoreThreadTimeOut(true);
    }

    /** An answer, whatever it says; the body is cut at a megabyte. */
    record Answer(int status, @Nullable String errorCode, String body) {}

    private static CloseableHttpClient client(ClickHouseOptions options) {
        Timeout timeout = Timeout.of(options.timeout());
        return HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new GuardedResolver())
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setIdleTimeout(Timeout.of(MAX_IDLE.toDuration()))
                                .setTimeToLive(MAX_AGE)
                                .setValidateAfterInactivity(VALIDATE_AFTER)
                                .build())
                        .build())
                // Always straight to the target: behind a proxy nobody would check the address.
                .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
                .setUserAgent("core-webhook")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "clickhouse-deadlines");
        thread.setDaemon(true);
        return thread;
    }

    Answer send(String path, HttpEntity body, Deadline deadline) throws DeliveryException {
        if (deadline.leftNanos() <= 0) {
            throw failure(new IOException("Not sent, the time is up"), true, deadline);
        }
        HttpPost request = new HttpPost(path);
        request.setEntity(body);
        request.setConfig(config(deadline));
        // Basic, not ClickHouse's own headers: they have no way to say what is not ASCII.
        String credentials = options.user() + ":" + options.password().reveal();
        request.setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
        AtomicBoolean expired = new AtomicBoolean();
        Future<?> end = scheduleEnd(request, expired, deadline);
        running.add(request);
        try {
            if (closed) {
                throw closedFailure(null);
            }
            return exchange(request);
        } catch (IOException | IllegalStateException e) {
            throw failure(e, expired.get(), deadline);
        } finally {
            running.remove(request);
            end.cancel(false);
        }
    }

    /** The deadline ends the exchange; the time-outs of the socket are there in case it is missed. */
    private static RequestConfig config(Deadline deadline) {
        Timeout later = Timeout.ofNanoseconds(deadline.leftNanos() + SLACK_NANOS);
        return RequestConfig.custom()
                .setConnectionRequestTimeout(later)
                .setResponseTimeout(later)
                .setAuthenticationEnabled(false)
                .setRedirectsEnabled(false)
                .build();
    }

    private Future<?> scheduleEnd(HttpPost request, AtomicBoolean expired, Deadline deadline) throws DeliveryException {
        Runnable cancel = () -> {
            expired.set(true);
            request.cancel();
        };
        try {
            return deadlines.schedule(cancel, Math.max(0, deadline.leftNanos()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw closedFailure(e);
        }
    }

    private Answer exchange(HttpPost request) throws IOException {
        try (ClassicHttpResponse response = client.executeOpen(host, request, HttpClientContext.create())) {
            Header code = response.getFirstHeader("X-ClickHouse-Exception-Code");
            HttpEntity entity = response.getEntity();
            byte[] body = entity == null ? new byte[0] : entity.getContent().readNBytes(MAX_ANSWER_BYTES);
            if (body.length == MAX_ANSWER_BYTES) {
                request.cancel(); // closing alone would first read all the rest
            }
            return new Answer(response.getCode(), code == null ? null : code.getValue(), new String(body, UTF_8));
        }
    }

    private DeliveryException failure(Exception cause, boolean expired, Deadline deadline) {
        if (closed) {
            return closedFailure(cause);
        }
        if (expired) {
            String message = options.target() + " has not answered within " + deadline;
            return DeliveryException.retryable(message, cause);
        }
        if (cause instanceof ClientProtocolException) {
            // The cause quotes what came back, and that may quote what we sent.
            return DeliveryException.retryable(
                    options.target() + " did not answer with HTTP: is it its HTTP port?", null);
        }
        return DeliveryException.retryable(options.target() + " did not answer", cause);
    }

    private DeliveryException closedFailure(@Nullable Exception cause) {
        return DeliveryException.retryable("The connection to " + options.target() + " was closed", cause);
    }

    @Override
    public void close() {
        closed = true;
        deadlines.shutdownNow();
        running.forEach(HttpPost::cancel);
        client.close(CloseMode.IMMEDIATE);
    }
}

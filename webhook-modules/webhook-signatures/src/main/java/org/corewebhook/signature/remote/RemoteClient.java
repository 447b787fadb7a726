package org.corewebhook.signature.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.corewebhook.Headers;
import org.corewebhook.signature.remote.GuardedResolver.RefusedAddressException;
import org.jspecify.annotations.Nullable;

/**
 * Asks another server, on the thread of the request that needs the answer, and never for longer than the timeout.
 *
 * <p>URLs are checked by a {@link RemotePolicy}, addresses again whenever a connection is opened. There are no
 * redirects, cookies, proxies or repetitions; an answer over the size limit is a failure; more than
 * {@value #MAX_AT_ONCE} questions at once are refused, so that a slow server does not take all threads of the
 * container. Nothing has to be closed: no connection outlives its exchange, and the one thread that watches the time
 * goes away when idle. Thread-safe.
 */
public final class RemoteClient {

    /** How many exchanges may be under way at once. */
    public static final int MAX_AT_ONCE = 32;

    /** How long an exchange may take unless told otherwise: connect, TLS, question and answer. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** How many bytes an answer may have unless told otherwise. */
    public static final int DEFAULT_MAX_BYTES = 256 * 1024;

    private static final long IDLE_THREAD_SECONDS = 5;

    private final RemotePolicy policy;
    private final Duration timeout;
    private final int maxBytes;
    private final GuardedResolver resolver;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);
    private final ScheduledThreadPoolExecutor deadlines;
    private final Object lock = new Object();
    private @Nullable CloseableHttpClient client;

    private RemoteClient(Builder builder) {
        this.policy = builder.policy;
        this.timeout = builder.timeout;
        this.maxBytes = builder.maxBytes;
        this.resolver = new GuardedResolver(builder.names, policy.guard(), timeout);
        this.deadlines = new ScheduledThreadPoolExecutor(1, RemoteClient::daemon);
        deadlines.setRemoveOnCancelPolicy(true);
        deadlines.setKeepAliveTime(IDLE_THREAD_SECONDS, TimeUnit.SECONDS);
        deadlines.allowCoreThreadTimeOut(true);
    }

    /** Starts a client for URLs that the policy allows. */
    public static Builder builder(RemotePolicy policy) {
        return new Builder(policy);
    }

    /** Returns how long an exchange may take. */
    public Duration timeout() {
        return timeout;
    }

    /** Asks with GET. */
    public RemoteAnswer get(URI uri) throws RemoteException {
        return exchange(new HttpUriRequestBase("GET", uri), Headers.empty());
    }

    /** Asks with POST; the fields are sent as {@code application/x-www-form-urlencoded}, the headers as they are. */
    public RemoteAnswer postForm(URI uri, Map<String, String> fields, Headers headers) throws RemoteException {
        HttpUriRequestBase request = new HttpUriRequestBase("POST", uri);
        List<NameValuePair> pairs = fields.entrySet().stream()
                .<NameValuePair>map(field -> new BasicNameValuePair(field.getKey(), field.getValue()))
                .toList();
        request.setEntity(new UrlEncodedFormEntity(pairs, StandardCharsets.UTF_8));
        return exchange(request, headers);
    }

    private RemoteAnswer exchange(HttpUriRequestBase request, Headers headers) throws RemoteException {
        URI uri = target(request);
        HttpHost host = new HttpHost(uri.getScheme(), hostOf(uri), uri.getPort());
        String refusal = policy.refusal(uri);
        if (refusal != null) {
            throw new RemoteException(host.toURI() + " must not be asked: " + refusal, null);
        }
        request.setHeader("Connection", "close");
        headers.forEach(header -> request.setHeader(header.name(), header.value()));
        if (!free.tryAcquire()) {
            throw new RemoteException(host.toURI() + " is slow: " + MAX_AT_ONCE + " questions wait already", null);
        }
        try {
            return exchangeWithin(timeout, host, request);
        } finally {
            free.release();
        }
    }

    private static URI target(HttpUriRequestBase request) throws RemoteException {
        try {
            return request.getUri();
        } catch (java.net.URISyntaxException e) {
            throw new RemoteException("A URL cannot be parsed", null);
        }
    }

    private static String hostOf(URI uri) throws RemoteException {
        String host = uri.getHost();
        if (host == null) {
            throw new RemoteException("A URL without a host cannot be asked", null);
        }
        return host;
    }

    private RemoteAnswer exchangeWithin(Duration limit, HttpHost host, HttpUriRequestBase request)
            throws RemoteException {
        AtomicBoolean expired = new AtomicBoolean();
        Runnable cancel = () -> {
            expired.set(true);
            request.cancel();
        };
        Future<?> deadline = deadlines.schedule(cancel, limit.toNanos(), TimeUnit.NANOSECONDS);
        try (ClassicHttpResponse response = client().executeOpen(host, request, HttpClientContext.create())) {
            return new RemoteAnswer(response.getCode(), body(host, request, response));
        } catch (IOException | IllegalStateException e) {
            throw failure(host, e, expired.get());
        } finally {
            deadline.cancel(false);
        }
    }

    private byte[] body(HttpHost host, HttpUriRequestBase request, ClassicHttpResponse response)
            throws IOException, RemoteException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new byte[0];
        }
        byte[] bytes = entity.getContent().readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            Arrays.fill(bytes, (byte) 0);
            request.cancel(); // closing alone would first read all the rest
            throw new RemoteException(host.toURI() + " answered more than " + maxBytes + " bytes", null);
        }
        return bytes;
    }

    private RemoteException failure(HttpHost host, Exception cause, boolean expired) {
        if (expired) {
            return new RemoteException(host.toURI() + " has not answered within " + timeout.toMillis() + " ms", cause);
        }
        if (cause instanceof RefusedAddressException) {
            return new RemoteException(String.valueOf(cause.getMessage()), cause);
        }
        if (cause instanceof ClientProtocolException) {
            // The cause quotes what came back, and that may quote what we sent.
            return new RemoteException(host.toURI() + " did not answer with HTTP", null);
        }
        return new RemoteException(host.toURI() + " did not answer", cause);
    }

    /** The client is made on first use: an endpoint that is configured and idle costs nothing. */
    private CloseableHttpClient client() {
        synchronized (lock) {
            CloseableHttpClient made = client;
            if (made == null) {
                made = RemoteHttp.create(resolver, timeout, MAX_AT_ONCE);
                client = made;
            }
            return made;
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "webhook-remote-deadlines");
        thread.setDaemon(true);
        return thread;
    }

    /** Collects what a client needs; not thread-safe. */
    public static final class Builder {

        private final RemotePolicy policy;
        private Duration timeout = DEFAULT_TIMEOUT;
        private int maxBytes = DEFAULT_MAX_BYTES;
        private NameResolver names = NameResolver.system();

        private Builder(RemotePolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
        }

        /** Sets how long an exchange may take, by default 5 seconds. */
        public Builder timeout(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("A timeout must be positive");
            }
            this.timeout = limit;
            return this;
        }

        /** Sets how many bytes an answer may have, by default {@value RemoteClient#DEFAULT_MAX_BYTES}. */
        public Builder maxBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("A limit must be positive");
            }
            this.maxBytes = bytes;
            return this;
        }

        /** Sets who finds addresses, by default the system. */
        public Builder names(NameResolver resolver) {
            this.names = Objects.requireNonNull(resolver, "resolver");
            return this;
        }

        /** Returns the client. */
        public RemoteClient build() {
            return new RemoteClient(this);
        }
    }
}

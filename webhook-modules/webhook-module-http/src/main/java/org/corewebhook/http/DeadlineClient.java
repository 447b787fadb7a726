package org.corewebhook.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.corewebhook.http.GuardedResolver.RefusedAddressException;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to one target and ends each exchange by its deadline, however slowly the other side reads or writes.
 *
 * <p>Time-outs of a socket count from byte to byte, so a clock of its own cancels what takes too long. Its one thread
 * exists while requests are under way and a little longer. Thread-safe.
 */
final class DeadlineClient implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeadlineClient.class);

    /** So much of an answer is read to keep the connection; a longer one costs the connection. */
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private static final long IDLE_THREAD_SECONDS = 5;

    private final CloseableHttpClient client;
    private final HttpHost host;
    private final String target;
    private final Duration timeout;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Set<HttpUriRequestBase> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    DeadlineClient(HttpWebhookOptions options, DnsResolver resolver) {
        this.client = Clients.create(options, resolver);
        this.host = new HttpHost(
                options.url().getScheme(), options.host(), options.url().getPort());
        this.target = options.target();
        this.timeout = options.timeout();
        this.deadlines = new ScheduledThreadPoolExecutor(1, DeadlineClient::daemon);
        deadlines.setRemoveOnCancelPolicy(true);
        deadlines.setKeepAliveTime(IDLE_THREAD_SECONDS, TimeUnit.SECONDS);
        deadlines.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "http-webhook-deadlines");
        thread.setDaemon(true);
        return thread;
    }

    Answer send(HttpUriRequestBase request) throws DeliveryException {
        AtomicBoolean expired = new AtomicBoolean();
        Future<?> deadline = scheduleDeadline(request, expired);
        running.add(request);
        try {
            if (closed) {
                throw closedFailure(null);
            }
            return exchange(request);
        } catch (IOException | IllegalStateException e) {
            throw failure(e, expired.get());
        } finally {
            running.remove(request);
            deadline.cancel(false);
        }
    }

    private Future<?> scheduleDeadline(HttpUriRequestBase request, AtomicBoolean expired) throws DeliveryException {
        Runnable cancel = () -> {
            expired.set(true);
            request.cancel();
        };
        try {
            return deadlines.schedule(cancel, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw closedFailure(e);
        }
    }

    private Answer exchange(HttpUriRequestBase request) throws IOException {
        ClassicHttpResponse response = client.executeOpen(host, request, HttpClientContext.create());
        Answer answer = Answer.of(response);
        release(request, response);
        return answer;
    }

    /** Gives the connection back if the answer ends soon; the status has said all, whatever becomes of the rest. */
    private void release(HttpUriRequestBase request, ClassicHttpResponse response) {
        try (response) {
            HttpEntity entity = response.getEntity();
            if (entity != null && !endsSoon(entity.getContent())) {
                request.cancel(); // closing alone would first read all the rest
            }
        } catch (IOException e) {
            log.debug("Dropped the connection to {}", target, e);
        }
    }

    private static boolean endsSoon(InputStream content) throws IOException {
        return content.readNBytes(MAX_ANSWER_BYTES).length < MAX_ANSWER_BYTES || content.read() < 0;
    }

    private DeliveryException failure(Exception cause, boolean expired) {
        if (closed) {
            return closedFailure(cause);
        }
        if (expired) {
            return DeliveryException.retryable(
                    target + " has not answered within " + timeout.toMillis() + " ms", cause);
        }
        if (cause instanceof RefusedAddressException) {
            return DeliveryException.retryable(String.valueOf(cause.getMessage()), cause);
        }
        if (cause instanceof ClientProtocolException) {
            // The cause quotes what came back, and that may quote what we sent.
            return DeliveryException.retryable(target + " did not answer with HTTP", null);
        }
        return DeliveryException.retryable(target + " did not answer", cause);
    }

    private DeliveryException closedFailure(@Nullable Exception cause) {
        return DeliveryException.retryable("The output to " + target + " was closed", cause);
    }

    @Override
    public void close() {
        closed = true;
        deadlines.shutdownNow();
        running.forEach(HttpUriRequestBase::cancel);
        client.close(CloseMode.IMMEDIATE);
    }
}

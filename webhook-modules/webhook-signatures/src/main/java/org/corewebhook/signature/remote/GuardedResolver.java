package org.corewebhook.signature.remote;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.corewebhook.address.AddressGuard;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a name within a time limit and refuses it if any of its addresses is one we must not connect to.
 *
 * <p>The client connects to the very addresses that are returned here, literal ones in a URL included. The system's
 * look-up cannot be interrupted, so it runs on a thread of its own, which goes away when idle. Thread-safe.
 */
final class GuardedResolver implements DnsResolver {

    private static final int THREADS = 4;
    private static final int WAITING = 64;
    private static final long IDLE_THREAD_SECONDS = 5;

    private final NameResolver names;
    private final AddressGuard guard;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;

    GuardedResolver(NameResolver names, AddressGuard guard, Duration timeout) {
        this.names = names;
        this.guard = guard;
        this.timeout = timeout;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING),
                GuardedResolver::daemon);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Thrown when a name leads to an address that must not be connected to. */
    static final class RefusedAddressException extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        RefusedAddressException(String message) {
            super(message);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "webhook-remote-names");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = lookUp(host);
        if (addresses.length == 0) {
            throw new UnknownHostException(host);
        }
        for (InetAddress address : addresses) {
            String refusal = guard.refusal(address);
            if (refusal != null) {
                throw new RefusedAddressException(host + " must not be connected to: " + refusal);
            }
        }
        return addresses;
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        Future<InetAddress[]> answer;
        try {
            answer = threads.submit(() -> names.resolve(host));
        } catch (RejectedExecutionException e) {
            throw unknown(host + " was not resolved: too many names wait", e);
        }
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unknown(host + " was not resolved", e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unknown(host + " was not resolved in time", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unknown(host + " was not resolved: interrupted", e);
        }
    }

    private static UnknownHostException unknown(String message, @Nullable Throwable cause) {
        UnknownHostException failure = new UnknownHostException(message);
        failure.initCause(cause);
        return failure;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        return Arrays.stream(resolve(host))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    /** Not asked: names that look the same are not compared. */
    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}

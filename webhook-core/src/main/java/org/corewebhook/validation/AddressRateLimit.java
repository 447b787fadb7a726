package org.corewebhook.validation;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.corewebhook.WebhookRequest;
import org.corewebhook.address.ClientAddress;
import org.corewebhook.address.IpAddress;

/**
 * One count for each client: an IPv4 address or an IPv6 /64.
 *
 * <p>Memory is bounded: at most 100,000 clients and {@value #MAX_TIMES} points in time (25 MB) are remembered. Beyond
 * that the least used are forgotten, which only lets a few requests more pass.
 */
final class AddressRateLimit implements RateLimit {

    private static final int MAX_CLIENTS = 100_000;
    private static final int MAX_TIMES = 3_200_000;

    /** Clients that cannot be told apart share one count. */
    private static final IpAddress UNKNOWN = Objects.requireNonNull(IpAddress.parse("::"));

    private final int maxRequests;
    private final long windowMillis;
    private final Clock clock;
    private final ClientAddress clientAddress;
    private final ConcurrentMap<IpAddress, SlidingLog> logs;

    AddressRateLimit(int maxRequests, Duration window, Clock clock, ClientAddress clientAddress) {
        this.maxRequests = maxRequests;
        this.windowMillis = window.toMillis();
        this.clock = clock;
        this.clientAddress = clientAddress;
        this.logs = Caffeine.newBuilder()
                .maximumWeight(MAX_TIMES)
                .weigher((IpAddress client, SlidingLog log) -> Math.max(MAX_TIMES / MAX_CLIENTS, log.capacity()))
                .expireAfterWrite(window)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run) // no thread of ours is to outlive an undeployed application
                .<IpAddress, SlidingLog>build()
                .asMap();
    }

    @Override
    public long tryCount(WebhookRequest request) {
        IpAddress address = clientAddress.of(request);
        IpAddress client = address == null ? UNKNOWN : address.subscriber();
        long[] wait = new long[1];
        logs.compute(client, (key, known) -> { // atomic per client, and weighed again
            SlidingLog log = known == null ? new SlidingLog(maxRequests, windowMillis) : known;
            wait[0] = log.tryAdd(clock.millis());
            return log;
        });
        return wait[0];
    }

    /** Returns how many clients are remembered. */
    int size() {
        return logs.size();
    }
}

package org.corewebhook.operations;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * Lets every client address make so many requests in any minute; refused ones do not count.
 *
 * <p>Remembers the {@value #MAX_ADDRESSES} addresses that come most, about 350 bytes each. Thread-safe.
 */
final class AddressRateLimit {

    static final int MAX_ADDRESSES = 10_000;

    private final int requestsPerMinute;
    private final Clock clock;
    private final Object lock = new Object();

    /** Made with the first request: its classes take 0.05 s of a start, and webhooks do not need them. */
    private volatile @Nullable Cache<String, Minute> minutes;

    AddressRateLimit(int requestsPerMinute, Clock clock) {
        this.requestsPerMinute = requestsPerMinute;
        this.clock = clock;
    }

    /** Counts a request from this address and returns null, or returns why it has to wait. */
    @Nullable
    WebhookResponse refusal(String address) {
        long wait = minutes().get(address, opened -> new Minute(clock)).enter(requestsPerMinute);
        if (wait == 0) {
            return null;
        }
        String detail = "Rate limit exceeded. Limit: " + requestsPerMinute + " requests per minute";
        return WebhookResponse.problem(ErrorKind.TOO_MANY_REQUESTS, detail, Duration.ofSeconds(wait));
    }

    long addresses() {
        minutes().cleanUp();
        return minutes().estimatedSize();
    }

    private Cache<String, Minute> minutes() {
        Cache<String, Minute> made = minutes;
        if (made == null) {
            synchronized (lock) {
                made = minutes;
                if (made == null) {
                    made = Caffeine.newBuilder()
                            .maximumSize(MAX_ADDRESSES)
                            .executor(Runnable::run) // evict at once: the bound must hold while the common pool is busy
                            .build();
                    minutes = made;
                }
            }
        }
        return made;
    }

    /** The requests of one address. */
    private static final class Minute {

        /** One slot more than a minute has seconds: the first second of the window may have begun before it. */
        private static final int SLOTS = 61;

        private final Object lock = new Object();
        private final SteadySeconds time;
        private final SlotRing seconds;

        Minute(Clock clock) {
            this.time = new SteadySeconds(clock);
            this.seconds = new SlotRing(SLOTS, 1, time.now());
        }

        /** Counts a request and returns 0, or returns the seconds to wait. */
        long enter(int limit) {
            synchronized (lock) {
                long now = time.now();
                if (seconds.sum(now, SLOTS) >= limit) {
                    return seconds.secondsUntilNextIsForgotten(now);
                }
                seconds.add(now);
                return 0;
            }
        }
    }
}

package org.corewebhook.validation;

import java.time.Clock;
import java.time.Duration;
import org.corewebhook.WebhookRequest;

/** One count for all senders of an endpoint. */
final class EndpointRateLimit implements RateLimit {

    private final Object lock = new Object();
    private final SlidingLog log;
    private final Clock clock;

    EndpointRateLimit(int maxRequests, Duration window, Clock clock) {
        this.log = new SlidingLog(maxRequests, window.toMillis());
        this.clock = clock;
    }

    @Override
    public long tryCount(WebhookRequest request) {
        synchronized (lock) {
            return log.tryAdd(clock.millis());
        }
    }
}

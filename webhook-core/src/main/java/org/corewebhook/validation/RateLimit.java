package org.corewebhook.validation;

import org.corewebhook.WebhookRequest;

/** Counts requests; thread-safe. */
@FunctionalInterface
interface RateLimit {

    /** Counts the request and returns 0, or does not count it and returns after how many milliseconds it may pass. */
    long tryCount(WebhookRequest request);
}

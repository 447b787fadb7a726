package org.corewebhook.validation;

import java.time.Duration;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Refuses requests beyond a limit and says when to come back. */
final class RateLimitValidator implements Validator {

    private final boolean nothingAllowed;
    private final ValidationResult noRequestsAllowed;
    private final RateLimit limit;

    RateLimitValidator(int maxRequests, Duration window, RateLimit limit) {
        this.nothingAllowed = maxRequests == 0;
        this.noRequestsAllowed = ValidationResult.tooManyRequests("Rate limit exceeded. No requests allowed", window);
        this.limit = limit;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        if (nothingAllowed) {
            return noRequestsAllowed;
        }
        long waitMillis = limit.tryCount(request);
        if (waitMillis == 0) {
            return ValidationResult.accepted();
        }
        long seconds = (waitMillis + 999) / 1000;
        String detail = "Rate limit exceeded. Retry after " + seconds + " seconds";
        return ValidationResult.tooManyRequests(detail, Duration.ofSeconds(seconds));
    }
}

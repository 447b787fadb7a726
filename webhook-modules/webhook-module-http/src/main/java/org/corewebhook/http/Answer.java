package org.corewebhook.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/**
 * What the destination said, as far as it matters (RFC 9110, 15).
 *
 * @param retryAfter the field of that name (RFC 9110, 10.2.3) or null
 */
record Answer(int status, @Nullable String retryAfter) {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    static Answer of(HttpResponse response) {
        Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        return new Answer(response.getCode(), retryAfter == null ? null : retryAfter.getValue());
    }

    void requireSuccess(String target, Clock clock) throws DeliveryException {
        String message = target + " answered " + status;
        switch (status / 100) {
            case 2 -> {}
            case 3 ->
                throw DeliveryException.permanent(
                        message + ", a redirect: they are not followed, put the final URL into the configuration",
                        null);
            case 4 -> {
                if (status != 408 && status != 425 && status != 429) {
                    throw DeliveryException.permanent(message, null);
                }
                throw retryable(message, clock);
            }
            default -> throw retryable(message, clock);
        }
    }

    private DeliveryException retryable(String message, Clock clock) {
        Duration wait = status == 429 || status == 503 ? wait(clock) : null;
        return wait == null
                ? DeliveryException.retryable(message, null)
                : DeliveryException.retryableAfter(message, wait);
    }

    private @Nullable Duration wait(Clock clock) {
        if (retryAfter == null) {
            return null;
        }
        String value = retryAfter.strip();
        if (SECONDS.matcher(value).matches()) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        Instant date = DateUtils.parseStandardDate(value);
        if (date == null) {
            return null;
        }
        Duration wait = Duration.between(clock.instant(), date);
        return wait.isNegative() ? Duration.ZERO : wait;
    }
}

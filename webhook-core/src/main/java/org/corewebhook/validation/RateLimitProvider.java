package org.corewebhook.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.corewebhook.address.ClientAddress;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code rate_limit}: at most {@code max_requests} (default {@value #DEFAULT_MAX_REQUESTS}) within any
 * {@code window_seconds} (default {@value #DEFAULT_WINDOW_SECONDS}), counted after authentication.
 *
 * <p>{@code per} is {@code endpoint} (default) or {@code address}; {@code enabled} false, or an empty object, means no
 * limit. Counts are kept in this process. Thread-safe.
 */
public final class RateLimitProvider implements ValidatorProvider {

    static final int DEFAULT_MAX_REQUESTS = 100;
    static final int DEFAULT_WINDOW_SECONDS = 60;

    private static final int MOST_REQUESTS = 1_000_000;
    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(1);
    private static final Duration LONGEST_WINDOW = Duration.ofDays(366);

    /** Made by {@link java.util.ServiceLoader}. */
    public RateLimitProvider() {}

    @Override
    public String key() {
        return "rate_limit";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.RATE;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        int maxRequests = settings.count("max_requests", DEFAULT_MAX_REQUESTS, 0, MOST_REQUESTS);
        Duration defaultWindow = Duration.ofSeconds(DEFAULT_WINDOW_SECONDS);
        Duration window = settings.duration("window_seconds", defaultWindow, SHORTEST_WINDOW, LONGEST_WINDOW);
        boolean perAddress =
                settings.oneOf("per", "endpoint", "endpoint", "address").equals("address");
        boolean enabled = settings.flag("enabled", true) && !isEmptyObject(endpoint.json(key()));
        ClientAddress clientAddress = AddressSettings.clientAddress(endpoint);
        if (!enabled) {
            return request -> ValidationResult.accepted();
        }
        RateLimit limit = perAddress
                ? new AddressRateLimit(maxRequests, window, endpoint.clock(), clientAddress)
                : new EndpointRateLimit(maxRequests, window, endpoint.clock());
        return new RateLimitValidator(maxRequests, window, limit);
    }

    private static boolean isEmptyObject(@Nullable JsonNode node) {
        return node != null && node.isObject() && node.isEmpty();
    }
}

package org.corewebhook.configuration;

import java.time.Duration;
import org.corewebhook.RetryPolicy;

/**
 * Reads {@code retry}, whose explicit keys win over our own defaults. As in the reference, values out of range are
 * taken to the nearest one that is in range, here with a warning.
 */
final class RetryReader {

    private RetryReader() {}

    static RetryPolicy read(Settings endpoint, RetryPolicy standard) {
        if (!endpoint.has("retry")) {
            return standard;
        }
        Settings retry = endpoint.object("retry");
        ignored(retry, "retryable_errors");
        ignored(retry, "non_retryable_errors");
        boolean enabled = retry.flag("enabled", false);
        int attempts = (int) clamped(retry, "max_attempts", 3, 1, 20);
        Duration initial = seconds(clamped(retry, "initial_delay", 1, 0, 60));
        Duration max = seconds(clamped(retry, "max_delay", 60, 0, 60));
        double multiplier = clamped(retry, "backoff_multiplier", 2, 0.1, 10);
        return enabled ? new RetryPolicy(attempts, initial, max, multiplier, standard.maxAge()) : RetryPolicy.none();
    }

    private static double clamped(Settings retry, String key, double defaultValue, double min, double max) {
        double value = retry.number(key, defaultValue, -1e9, 1e9);
        if (value < min || value > max) {
            retry.warning(key, "Out of range, taken as " + (value < min ? min : max));
        }
        return Math.max(min, Math.min(max, value));
    }

    private static void ignored(Settings retry, String key) {
        if (!retry.strings(key).isEmpty()) {
            retry.warning(key, "Names classes of the Python original, ignored: modules say which failures can pass");
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}

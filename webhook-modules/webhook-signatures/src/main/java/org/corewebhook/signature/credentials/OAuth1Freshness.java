package org.corewebhook.signature.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.spi.ValidationResult;
import org.jspecify.annotations.Nullable;

/**
 * Tells new requests of one consumer from repeated ones (RFC 5849, 3.3): a timestamp near ours and a nonce that was not
 * used yet. Nonces are remembered until their timestamp is too old anyway. Thread-safe.
 */
final class OAuth1Freshness {

    private static final long MAX_NONCES = 1_000_000;
    private static final int LATEST_NONCES = 100_000;
    private static final Duration SPARE = Duration.ofMinutes(1);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private static final ValidationResult NO_TIMESTAMP = missing("oauth_timestamp");
    private static final ValidationResult NO_NONCE = missing("oauth_nonce");
    private static final ValidationResult TIMESTAMP =
            ValidationResult.unauthorized("Invalid OAuth 1.0 timestamp format");
    private static final ValidationResult REPLAYED =
            ValidationResult.unauthorized("OAuth 1.0 nonce has already been used (replay attack detected)");
    private static final ValidationResult FULL =
            ValidationResult.unavailable("Too many OAuth 1.0 nonces are in use, retry later", Duration.ofSeconds(30));

    private final Clock clock;
    private final boolean verifyTimestamp;
    private final Duration window;
    private final @Nullable NonceMemory nonces;

    private OAuth1Freshness(Clock clock, boolean verifyTimestamp, Duration window, @Nullable NonceMemory nonces) {
        this.clock = clock;
        this.verifyTimestamp = verifyTimestamp;
        this.window = window;
        this.nonces = nonces;
    }

    static OAuth1Freshness of(Clock clock, boolean verifyTimestamp, Duration window, boolean verifyNonce) {
        NonceMemory nonces =
                verifyTimestamp ? NonceMemory.expiring(clock, MAX_NONCES) : NonceMemory.latest(LATEST_NONCES);
        return new OAuth1Freshness(clock, verifyTimestamp, window, verifyNonce ? nonces : null);
    }

    /** Returns what speaks against the timestamp or the form of the nonce, or null; uses nothing up. */
    @Nullable
    ValidationResult refusal(Map<String, String> parameters) {
        String timestamp = parameters.get("oauth_timestamp");
        String nonce = parameters.get("oauth_nonce");
        if (timestamp == null && verifyTimestamp) {
            return NO_TIMESTAMP;
        }
        if (nonces != null && (nonce == null || nonce.isEmpty())) {
            return NO_NONCE;
        }
        if (timestamp == null || !verifyTimestamp) {
            return null;
        }
        if (!SECONDS.matcher(timestamp).matches()) {
            return TIMESTAMP;
        }
        long difference = Math.abs(clock.instant().getEpochSecond() - Long.parseLong(timestamp));
        return difference <= window.toSeconds()
                ? null
                : ValidationResult.unauthorized("OAuth 1.0 timestamp out of window (diff: " + difference + "s, max: "
                        + window.toSeconds() + "s)");
    }

    /** The signature is right and there was no refusal: accepts it once. */
    ValidationResult spend(Map<String, String> parameters) {
        if (nonces == null) {
            return ValidationResult.accepted();
        }
        String timestamp = parameters.get("oauth_timestamp");
        Instant until = verifyTimestamp && timestamp != null
                ? Instant.ofEpochSecond(Long.parseLong(timestamp)).plus(window).plus(SPARE)
                : Instant.MAX;
        return switch (nonces.use(parameters.getOrDefault("oauth_nonce", ""), until)) {
            case FIRST -> ValidationResult.accepted();
            case USED -> REPLAYED;
            case FULL -> FULL;
        };
    }

    private static ValidationResult missing(String name) {
        return ValidationResult.unauthorized("Missing required OAuth 1.0 parameter: " + name);
    }
}

package org.corewebhook.signature.credentials;

import java.time.Duration;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code oauth1}: a request signed as OAuth 1.0 says (RFC 5849), in {@code Authorization: OAuth}.
 *
 * <p>{@code consumer_key} and {@code consumer_secret}; {@code token_secret} (default empty); {@code signature_method}
 * (HMAC-SHA1 by default, HMAC-SHA256 or PLAINTEXT); {@code verify_timestamp} (default true) and
 * {@code timestamp_window} (default 300 s, past and future); {@code verify_nonce} (default true);
 * {@code require_body_hash} (default false); {@code public_url}: the URL as the sender knows it. Thread-safe.
 */
public final class OAuth1Provider implements ValidatorProvider {

    private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(5);

    /** Made by {@link java.util.ServiceLoader}. */
    public OAuth1Provider() {}

    @Override
    public String key() {
        return "oauth1";
    }

    /** The body may be part of what is signed. */
    @Override
    public ValidationStage stage() {
        return ValidationStage.SIGNATURE;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret consumerKey = settings.requireSecret("consumer_key");
        Secret consumerSecret = settings.requireSecret("consumer_secret");
        Secret tokenSecret = Secret.of(settings.string("token_secret", ""));
        String method =
                settings.oneOf("signature_method", "HMAC-SHA1", "HMAC-SHA1", "HMAC-SHA256", OAuth1Signature.PLAINTEXT);
        boolean verifyTimestamp = settings.flag("verify_timestamp", true);
        Duration window =
                settings.duration("timestamp_window", DEFAULT_WINDOW, Duration.ofSeconds(1), Duration.ofDays(1));
        boolean verifyNonce = settings.flag("verify_nonce", true);
        boolean requireBodyHash = settings.flag("require_body_hash", false);
        SenderUrl url = SenderUrl.read(settings);
        if (method.equals(OAuth1Signature.PLAINTEXT)) {
            settings.warning("signature_method", "PLAINTEXT sends the secrets themselves: only over TLS");
        }
        if (!verifyNonce || !verifyTimestamp) {
            String weak = verifyNonce ? "verify_timestamp" : "verify_nonce";
            settings.warning(weak, "Without it, who has seen one request can repeat it");
        }
        if (consumerKey.isBlank() || consumerSecret.isBlank()) {
            return Refusals.closed();
        }
        OAuth1Signature signature = OAuth1Signature.of(method, consumerSecret, tokenSecret);
        OAuth1Freshness freshness = OAuth1Freshness.of(endpoint.clock(), verifyTimestamp, window, verifyNonce);
        return new OAuth1Validator(consumerKey, signature, freshness, url, requireBodyHash);
    }
}

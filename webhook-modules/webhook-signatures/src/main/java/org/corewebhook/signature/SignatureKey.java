package org.corewebhook.signature;

import java.time.Instant;
import java.util.Objects;
import org.corewebhook.Secret;
import org.jspecify.annotations.Nullable;

/**
 * One key of an endpoint. Put the newest first: it answers handshakes, and a warning tells when an older one is still
 * in use.
 *
 * @param label what logs and statistics call it; never the secret
 * @param secret the shared secret or the public key, as the sender shows it
 * @param notBefore before this instant it proves nothing; null for no limit
 * @param notAfter from this instant on it proves nothing; null for no limit
 */
public record SignatureKey(
        String label,
        Secret secret,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter) {

    /** Checks that label and secret are there. */
    public SignatureKey {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(secret, "secret");
    }

    boolean isValidAt(Instant now) {
        return (notBefore == null || !now.isBefore(notBefore)) && (notAfter == null || now.isBefore(notAfter));
    }

    boolean hasWindow() {
        return notBefore != null || notAfter != null;
    }
}

package org.corewebhook.signature.credentials;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.corewebhook.Secret;
import org.corewebhook.validation.HmacKey;
import org.jspecify.annotations.Nullable;

/**
 * Makes nonces that only we can make and that say themselves when they expire (RFC 7616, 5.4): nothing is kept for
 * those that are never used. The key lives as long as this object, so a restart makes all nonces stale. Thread-safe.
 */
final class ServerNonces {

    private static final int MAC_BYTES = 16;
    private static final int CONTENT_BYTES = 2 * Long.BYTES;

    private final SecureRandom random = new SecureRandom();
    private final HmacKey key;
    private final Clock clock;
    private final Duration lifetime;

    ServerNonces(Clock clock, Duration lifetime) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        this.key = HmacKey.of("SHA-256", Secret.of(bytes));
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** Returns a nonce that nobody has seen. */
    String issue() {
        Instant expires = clock.instant().plus(lifetime);
        byte[] content = ByteBuffer.allocate(CONTENT_BYTES)
                .putLong(expires.toEpochMilli())
                .putLong(random.nextLong())
                .array();
        byte[] nonce = Arrays.copyOf(content, CONTENT_BYTES + MAC_BYTES);
        System.arraycopy(mac(content), 0, nonce, CONTENT_BYTES, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    /** Returns when the nonce expires, or null if it has expired or is not one of ours. */
    @Nullable
    Instant expiry(String nonce) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(nonce);
        } catch (IllegalArgumentException e) {
            return null; // made by somebody else
        }
        if (bytes.length != CONTENT_BYTES + MAC_BYTES) {
            return null;
        }
        byte[] content = Arrays.copyOf(bytes, CONTENT_BYTES);
        if (!Secret.equal(mac(content), Arrays.copyOfRange(bytes, CONTENT_BYTES, bytes.length))) {
            return null;
        }
        Instant expires = Instant.ofEpochMilli(ByteBuffer.wrap(content).getLong());
        return clock.instant().isBefore(expires) ? expires : null;
    }

    private byte[] mac(byte[] content) {
        return Arrays.copyOf(key.sign(content), MAC_BYTES);
    }
}

package org.corewebhook.signature.handshake;

import java.nio.charset.StandardCharsets;
import org.corewebhook.Secret;
import org.corewebhook.validation.HmacKey;

/** Makes the HMAC-SHA256 (RFC 2104) that some senders want of their challenge. Handshakes are rare: nothing is kept. */
final class AnswerKey {

    private AnswerKey() {}

    static byte[] sign(Secret key, String message) {
        return sign(key, message.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] sign(Secret key, byte[]... parts) {
        return HmacKey.of("SHA-256", key).sign(parts);
    }
}

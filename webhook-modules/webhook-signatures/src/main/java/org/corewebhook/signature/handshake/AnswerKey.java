package org.corewebhook.signature.handshake;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Secret;

/** Makes the HMAC-SHA256 (RFC 2104) that some senders want of their challenge. Handshakes are rare: nothing is kept. */
final class AnswerKey {

    private AnswerKey() {}

    static byte[] sign(Secret key, String message) {
        return sign(key, message.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] sign(Secret key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.revealBytes(), "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime cannot compute HmacSHA256", e);
        }
    }
}

package org.corewebhook.signature.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import org.corewebhook.validation.HmacKey;

/**
 * The bytes that a sender has signed, in parts, so that a body is never copied to stand beside a timestamp.
 *
 * <p>The arrays are not copied and must not change. Thread-safe.
 */
public final class SignedContent {

    private final byte[][] parts;

    private SignedContent(byte[][] parts) {
        this.parts = parts;
    }

    /** Returns the content that these parts make up, one after the other. */
    public static SignedContent of(byte[]... parts) {
        return new SignedContent(parts);
    }

    /** Returns the content that is this text in UTF-8. */
    public static SignedContent of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] sign(HmacKey key) {
        return key.sign(parts);
    }

    void update(MessageDigest digest) {
        for (byte[] part : parts) {
            digest.update(part);
        }
    }

    void update(Signature signature) throws SignatureException {
        for (byte[] part : parts) {
            signature.update(part);
        }
    }
}

package org.corewebhook.signature.key;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of the secret and then the content, as HubSpot signed before it used HMAC; thread-safe. */
final class SaltedDigest implements SharedKey.Signer {

    private final byte[] secret;

    SaltedDigest(byte[] secret) {
        this.secret = secret;
    }

    @Override
    public byte[] sign(SignedContent content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            content.update(digest);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}

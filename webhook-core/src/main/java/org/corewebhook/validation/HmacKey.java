package org.corewebhook.validation;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Secret;

/** Makes keyed hashes (RFC 2104) with one secret; thread-safe. */
final class HmacKey {

    private final Mac prototype;
    private final Secret secret;

    /** Takes a Mac that is set up with the secret and that nobody else uses. */
    HmacKey(Mac prototype, Secret secret) {
        this.prototype = prototype;
        this.secret = secret;
    }

    /** Returns a key for an algorithm by its name in the JDK: {@code HmacSHA256}. */
    static HmacKey of(String algorithm, Secret secret) {
        return new HmacKey(initialised(algorithm, secret), secret);
    }

    /** Returns the length of a hash in bytes. */
    int length() {
        return prototype.getMacLength();
    }

    /** Returns the hash of the message. */
    byte[] sign(byte[] message) {
        return fresh().doFinal(message);
    }

    /** A Mac is used by one thread at a time; to clone one is much cheaper than to look it up and give it the key. */
    private Mac fresh() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            return initialised(prototype.getAlgorithm(), secret); // a provider other than the JDK's own
        }
    }

    private static Mac initialised(String algorithm, Secret secret) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.revealBytes(), algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime cannot compute " + algorithm, e);
        }
    }
}

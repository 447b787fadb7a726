package org.corewebhook.signature.scheme;

import org.corewebhook.Secret;
import org.corewebhook.signature.key.KeyFormat;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.VerificationKey;

/** What the keys of a scheme are for, and how they are written. */
public record SchemeKey(SignatureAlgorithm algorithm, KeyFormat format) {

    /** Returns the key that is used as it is written. */
    static SchemeKey text(SignatureAlgorithm algorithm) {
        return new SchemeKey(algorithm, KeyFormat.TEXT);
    }

    /** Returns the public key of this algorithm. */
    static SchemeKey publicKey(SignatureAlgorithm algorithm) {
        return new SchemeKey(algorithm, KeyFormat.PUBLIC);
    }

    /**
     * Returns the key that the secret is.
     *
     * @throws IllegalArgumentException if it is none; the message quotes nothing
     */
    public VerificationKey decode(Secret secret) {
        return format.decode(secret, algorithm);
    }
}

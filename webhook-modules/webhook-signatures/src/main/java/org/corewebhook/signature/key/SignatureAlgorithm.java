package org.corewebhook.signature.key;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import org.corewebhook.Secret;
import org.corewebhook.validation.HmacKey;
import org.jspecify.annotations.Nullable;

/** How signatures are computed. */
public enum SignatureAlgorithm {
    /** HMAC (RFC 2104) with SHA-1: still sound, but for old senders only. */
    HMAC_SHA1("hmac-sha1", "SHA-1"),
    /** HMAC (RFC 2104) with SHA-256. */
    HMAC_SHA256("hmac-sha256", "SHA-256"),
    /** HMAC (RFC 2104) with SHA-384. */
    HMAC_SHA384("hmac-sha384", "SHA-384"),
    /** HMAC (RFC 2104) with SHA-512. */
    HMAC_SHA512("hmac-sha512", "SHA-512"),
    /** SHA-256 of the secret and then the content. */
    SHA256_WITH_SECRET("sha256-with-secret", "SHA-256"),
    /** No signature: the secret itself is sent. It proves the sender to whom nobody has listened, and no content. */
    TOKEN("token", ""),
    /** Ed25519 (RFC 8032). */
    ED25519("ed25519", "Ed25519"),
    /** ECDSA on the curve P-256 with SHA-256, signatures in DER. */
    ECDSA_P256_SHA256_DER("ecdsa-p256-sha256-der", "SHA256withECDSA"),
    /** ECDSA on the curve P-256 with SHA-256, signatures as two numbers of 32 bytes (RFC 9421, RFC 7518). */
    ECDSA_P256_SHA256("ecdsa-p256-sha256", "SHA256withECDSAinP1363Format"),
    /** RSA (PKCS #1 v1.5) with SHA-1. */
    RSA_SHA1("rsa-v1_5-sha1", "SHA1withRSA"),
    /** RSA (PKCS #1 v1.5) with SHA-256. */
    RSA_SHA256("rsa-v1_5-sha256", "SHA256withRSA"),
    /** RSASSA-PSS with SHA-512 and a salt of 64 bytes (RFC 9421). */
    RSA_PSS_SHA512("rsa-pss-sha512", "RSASSA-PSS");

    private static final int P256_BITS = 256;
    private static final int MIN_RSA_BITS = 2048;

    private final String key;
    private final String jcaName;

    SignatureAlgorithm(String key, String jcaName) {
        this.key = key;
        this.jcaName = jcaName;
    }

    /** Returns the name in {@code webhooks.json}; RFC 9421's where it has one. */
    public String key() {
        return key;
    }

    /** Returns the algorithm of that name, or null. */
    public static @Nullable SignatureAlgorithm byKey(String key) {
        return Arrays.stream(values())
                .filter(a -> a.key.equals(key))
                .findFirst()
                .orElse(null);
    }

    /** Returns the names of all algorithms. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(SignatureAlgorithm::key).toList();
    }

    /** Tells whether both sides have the same key. */
    public boolean shared() {
        return switch (this) {
            case HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, SHA256_WITH_SECRET, TOKEN -> true;
            default -> false;
        };
    }

    /**
     * Returns the key that these bytes are.
     *
     * @throws IllegalArgumentException if they are none; the message quotes nothing
     */
    VerificationKey sharedKey(byte[] secret) {
        if (secret.length == 0) {
            throw new IllegalArgumentException("Must not be empty");
        }
        return switch (this) {
            case TOKEN -> new SharedKey(content -> secret);
            case SHA256_WITH_SECRET -> new SharedKey(new SaltedDigest(secret));
            default -> hmacKey(HmacKey.of(jcaName, Secret.of(secret)));
        };
    }

    private static VerificationKey hmacKey(HmacKey key) {
        return new SharedKey(content -> content.sign(key));
    }

    /**
     * Returns what verifies with this public key.
     *
     * @throws IllegalArgumentException if it is of another kind, or too short
     */
    public VerificationKey publicKey(PublicKey publicKey) {
        if (!fits(publicKey)) {
            throw new IllegalArgumentException("Must be a public key for " + key);
        }
        return new AsymmetricKey(jcaName, this == RSA_PSS_SHA512 ? pss() : null, publicKey);
    }

    private boolean fits(PublicKey publicKey) {
        return switch (this) {
            case ED25519 ->
                publicKey instanceof EdECPublicKey edwards
                        && edwards.getParams().getName().equals("Ed25519");
            case ECDSA_P256_SHA256, ECDSA_P256_SHA256_DER ->
                publicKey instanceof ECPublicKey ec
                        && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS;
            case RSA_SHA1, RSA_SHA256, RSA_PSS_SHA512 ->
                publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            default -> false;
        };
    }

    private static PSSParameterSpec pss() {
        return new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);
    }
}

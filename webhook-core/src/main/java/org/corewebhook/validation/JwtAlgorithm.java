package org.corewebhook.validation;

import com.auth0.jwt.algorithms.Algorithm;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.function.Function;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** The signature algorithms of RFC 7518 (3.1); {@code none} is not among them. Immutable and thread-safe. */
public enum JwtAlgorithm {
    /** HMAC with SHA-256. */
    HS256(new Shared(Algorithm::HMAC256, 32)),
    /** HMAC with SHA-384. */
    HS384(new Shared(Algorithm::HMAC384, 48)),
    /** HMAC with SHA-512. */
    HS512(new Shared(Algorithm::HMAC512, 64)),
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256(new Rsa(key -> Algorithm.RSA256(key, null))),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RS384(new Rsa(key -> Algorithm.RSA384(key, null))),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RS512(new Rsa(key -> Algorithm.RSA512(key, null))),
    /** ECDSA on P-256 with SHA-256. */
    ES256(new Ec(key -> Algorithm.ECDSA256(key, null), "secp256r1")),
    /** ECDSA on P-384 with SHA-384. */
    ES384(new Ec(key -> Algorithm.ECDSA384(key, null), "secp384r1")),
    /** ECDSA on P-521 with SHA-512. */
    ES512(new Ec(key -> Algorithm.ECDSA512(key, null), "secp521r1")),
    /** RSASSA-PSS with SHA-256. */
    PS256(new Rsa(key -> Algorithm.RSA256PSS(key, null))),
    /** RSASSA-PSS with SHA-384. */
    PS384(new Rsa(key -> Algorithm.RSA384PSS(key, null))),
    /** RSASSA-PSS with SHA-512. */
    PS512(new Rsa(key -> Algorithm.RSA512PSS(key, null)));

    private static final int MIN_RSA_BITS = 2048;

    @SuppressWarnings("ImmutableEnumChecker") // the keys' kinds are records of functions without state
    private final KeyKind kind;

    JwtAlgorithm(KeyKind kind) {
        this.kind = kind;
    }

    /** Returns the algorithm under the key, in any case of letters; by default HS256. */
    static JwtAlgorithm read(Settings settings, String key) {
        String[] names = Arrays.stream(values()).map(Enum::name).toArray(String[]::new);
        return valueOf(settings.oneOf(key, "HS256", names));
    }

    /** Tells whether both sides know the same key, so that who can verify can also sign. */
    public boolean isShared() {
        return kind instanceof Shared;
    }

    /** Returns the algorithm with this key, or null and a problem if the key does not fit. */
    public @Nullable Algorithm with(Secret secret, Settings settings, String key) {
        try {
            return kind.read(secret, settings, key);
        } catch (GeneralSecurityException e) {
            // not passed on: the message may quote the key
            settings.problem(key, name() + " needs a public key in PEM form (BEGIN PUBLIC KEY or BEGIN CERTIFICATE)");
            return null;
        }
    }

    /** Returns the algorithm with this public key, or null if the key does not fit or can be broken. */
    public @Nullable Algorithm with(PublicKey key) throws GeneralSecurityException {
        return kind.read(key);
    }

    /** What a key must be. */
    private sealed interface KeyKind {

        /** Makes the algorithm with the key that the secret is; notes what is wrong with it. */
        @Nullable
        Algorithm read(Secret secret, Settings settings, String key) throws GeneralSecurityException;

        @Nullable
        Algorithm read(PublicKey key) throws GeneralSecurityException;
    }

    private record Shared(Function<byte[], Algorithm> algorithm, int minBytes) implements KeyKind {

        @Override
        public @Nullable Algorithm read(Secret secret, Settings settings, String key) {
            byte[] bytes = secret.revealBytes();
            if (secret.reveal().contains("-----BEGIN ")) {
                // who has the public key could sign with it
                settings.problem(key, "Is a PEM key, which HS algorithms must not use: name an RS, PS or ES algorithm");
                return null;
            }
            if (bytes.length < minBytes) {
                settings.warning(key, "Is shorter than " + minBytes + " bytes and can be guessed (RFC 7518, 3.2)");
            }
            return algorithm.apply(bytes);
        }

        @Override
        public @Nullable Algorithm read(PublicKey key) {
            return null;
        }
    }

    private record Rsa(Function<RSAPublicKey, Algorithm> algorithm) implements KeyKind {

        @Override
        public Algorithm read(Secret secret, Settings settings, String key) throws GeneralSecurityException {
            RSAPublicKey publicKey = PemPublicKey.read(secret, "RSA", RSAPublicKey.class);
            if (publicKey.getModulus().bitLength() < MIN_RSA_BITS) {
                settings.warning(key, "Is shorter than " + MIN_RSA_BITS + " bits and can be broken (RFC 7518, 3.3)");
            }
            return algorithm.apply(publicKey);
        }

        @Override
        public @Nullable Algorithm read(PublicKey key) {
            return key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                    ? algorithm.apply(rsa)
                    : null;
        }
    }

    private record Ec(Function<ECPublicKey, Algorithm> algorithm, String curve) implements KeyKind {

        @Override
        public @Nullable Algorithm read(Secret secret, Settings settings, String key) throws GeneralSecurityException {
            Algorithm made = read(PemPublicKey.read(secret, "EC", ECPublicKey.class));
            if (made == null) {
                settings.problem(key, "Must be a key on the curve " + curve + " (RFC 7518, 3.4)");
            }
            return made;
        }

        @Override
        public @Nullable Algorithm read(PublicKey key) throws GeneralSecurityException {
            return key instanceof ECPublicKey ec && PemPublicKey.isOnCurve(ec, curve) ? algorithm.apply(ec) : null;
        }
    }
}

package org.corewebhook.validation;

import com.auth0.jwt.algorithms.Algorithm;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.function.Function;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** The signature algorithms of RFC 7518 (3.1); {@code none} is not among them. */
enum JwtAlgorithm {
    HS256(shared(Algorithm::HMAC256, 32)),
    HS384(shared(Algorithm::HMAC384, 48)),
    HS512(shared(Algorithm::HMAC512, 64)),
    RS256(rsa(key -> Algorithm.RSA256(key, null))),
    RS384(rsa(key -> Algorithm.RSA384(key, null))),
    RS512(rsa(key -> Algorithm.RSA512(key, null))),
    ES256(ec(key -> Algorithm.ECDSA256(key, null), "secp256r1")),
    ES384(ec(key -> Algorithm.ECDSA384(key, null), "secp384r1")),
    ES512(ec(key -> Algorithm.ECDSA512(key, null), "secp521r1")),
    PS256(rsa(key -> Algorithm.RSA256PSS(key, null))),
    PS384(rsa(key -> Algorithm.RSA384PSS(key, null))),
    PS512(rsa(key -> Algorithm.RSA512PSS(key, null)));

    private static final int MIN_RSA_BITS = 2048;

    @SuppressWarnings("ImmutableEnumChecker") // the readers are functions without state
    private final KeyReader reader;

    JwtAlgorithm(KeyReader reader) {
        this.reader = reader;
    }

    /** Makes the algorithm with the key that the secret is; notes what is wrong with it. */
    private interface KeyReader {
        @Nullable
        Algorithm read(Secret secret, Settings settings, String key) throws GeneralSecurityException;
    }

    /** Returns the algorithm under the key, in any case of letters; by default HS256. */
    static JwtAlgorithm read(Settings settings, String key) {
        String[] names = Arrays.stream(values()).map(Enum::name).toArray(String[]::new);
        return valueOf(settings.oneOf(key, "HS256", names));
    }

    /** Returns the algorithm with this key, or null and a problem if the key does not fit. */
    @Nullable
    Algorithm with(Secret secret, Settings settings, String key) {
        try {
            return reader.read(secret, settings, key);
        } catch (GeneralSecurityException e) {
            // not passed on: the message may quote the key
            settings.problem(key, name() + " needs a public key in PEM form (BEGIN PUBLIC KEY or BEGIN CERTIFICATE)");
            return null;
        }
    }

    private static KeyReader shared(Function<byte[], Algorithm> algorithm, int minBytes) {
        return (secret, settings, key) -> {
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
        };
    }

    private static KeyReader rsa(Function<RSAPublicKey, Algorithm> algorithm) {
        return (secret, settings, key) -> {
            RSAPublicKey publicKey = PemPublicKey.read(secret, "RSA", RSAPublicKey.class);
            if (publicKey.getModulus().bitLength() < MIN_RSA_BITS) {
                settings.warning(key, "Is shorter than " + MIN_RSA_BITS + " bits and can be broken (RFC 7518, 3.3)");
            }
            return algorithm.apply(publicKey);
        };
    }

    private static KeyReader ec(Function<ECPublicKey, Algorithm> algorithm, String curve) {
        return (secret, settings, key) -> {
            ECPublicKey publicKey = PemPublicKey.read(secret, "EC", ECPublicKey.class);
            if (!PemPublicKey.isOnCurve(publicKey, curve)) {
                settings.problem(key, "Must be a key on the curve " + curve + " (RFC 7518, 3.4)");
                return null;
            }
            return algorithm.apply(publicKey);
        };
    }
}

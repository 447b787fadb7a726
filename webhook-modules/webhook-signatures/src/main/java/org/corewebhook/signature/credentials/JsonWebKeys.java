package org.corewebhook.signature.credentials;

import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.corewebhook.validation.JwtAlgorithm;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A set of public keys (JWKS, RFC 7517, 5). Keys of other kinds than RSA and EC, for other uses than signatures, or
 * broken ones are left out. Immutable and thread-safe.
 */
final class JsonWebKeys {

    private static final Logger log = LoggerFactory.getLogger(JsonWebKeys.class);

    private static final int MAX_KEYS = 100;
    private static final Map<String, String> CURVES =
            Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

    private final List<Key> keys;

    private JsonWebKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * One key.
     *
     * @param id the {@code kid}, or null
     * @param algorithm the only algorithm it is for, or null
     */
    private record Key(@Nullable String id, @Nullable String algorithm, PublicKey key) {

        boolean mayServe(JwtAlgorithm name, @Nullable String keyId) {
            return (keyId == null || keyId.equals(id)) && (algorithm == null || algorithm.equals(name.name()));
        }
    }

    /** Returns the keys of the set; null if it is none. */
    static @Nullable JsonWebKeys parse(byte[] json) {
        JsonNode set = StrictJson.parse(json);
        if (set == null || !set.path("keys").isArray()) {
            return null;
        }
        List<Key> keys = new ArrayList<>();
        for (JsonNode key : set.path("keys")) {
            PublicKey read = keys.size() < MAX_KEYS && isForSignatures(key) ? read(key) : null;
            if (read != null) {
                keys.add(new Key(key.path("kid").textValue(), key.path("alg").textValue(), read));
            }
        }
        return new JsonWebKeys(keys);
    }

    /** Returns the algorithm with the one key that fits; null if none does, or if without an id several do. */
    @Nullable
    Algorithm find(JwtAlgorithm name, @Nullable String keyId) {
        Algorithm found = null;
        for (Key key : keys) {
            Algorithm made = key.mayServe(name, keyId) ? with(name, key.key()) : null;
            if (made != null && found != null) {
                return null;
            }
            found = made == null ? found : made;
        }
        return found;
    }

    private static @Nullable Algorithm with(JwtAlgorithm name, PublicKey key) {
        try {
            return name.with(key);
        } catch (GeneralSecurityException e) {
            log.debug("A key cannot be used with {}", name, e);
            return null;
        }
    }

    private static boolean isForSignatures(JsonNode key) {
        return !key.has("use") || "sig".equals(key.path("use").textValue());
    }

    private static @Nullable PublicKey read(JsonNode key) {
        try {
            return switch (key.path("kty").asText()) {
                case "RSA" ->
                    KeyFactory.getInstance("RSA")
                            .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
                case "EC" ->
                    KeyFactory.getInstance("EC")
                            .generatePublic(new ECPublicKeySpec(
                                    new ECPoint(number(key, "x"), number(key, "y")),
                                    curve(key.path("crv").asText())));
                default -> null;
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            log.warn("A key of the set of keys is left out: it is broken", e);
            return null;
        }
    }

    private static BigInteger number(JsonNode key, String member) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(member).asText()));
    }

    private static ECParameterSpec curve(String name) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(CURVES.getOrDefault(name, name)));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }
}

package org.corewebhook.validation;

import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Keys and tokens for tests; the claims are given as JSON, so that tokens can be as wrong as they come. */
final class TestJwts {

    static final String SECRET = "jwt-secret-of-32-bytes-or-longer!";
    static final String LONG_SECRET = SECRET + SECRET;

    private static final KeyPair RSA = generate("RSA", "2048");
    private static final KeyPair P256 = generate("EC", "secp256r1");
    private static final KeyPair P384 = generate("EC", "secp384r1");
    private static final KeyPair P521 = generate("EC", "secp521r1");

    private TestJwts() {}

    /** Returns a token of that algorithm, signed with the key of {@link #secret}. */
    static String token(String algorithm, String claims) {
        return sign(signer(algorithm), "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}", claims);
    }

    static String sign(Algorithm algorithm, String header, String claims) {
        byte[] head = encode(header).getBytes(StandardCharsets.UTF_8);
        byte[] body = encode(claims).getBytes(StandardCharsets.UTF_8);
        String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(algorithm.sign(head, body));
        return encode(header) + "." + encode(claims) + "." + signature;
    }

    static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the {@code secret} setting that verifies tokens of that algorithm. */
    static String secret(String algorithm) {
        return algorithm.startsWith("HS") ? LONG_SECRET : pem(keys(algorithm).getPublic());
    }

    static Algorithm signer(String algorithm) {
        return switch (algorithm) {
            case "HS256" -> Algorithm.HMAC256(LONG_SECRET);
            case "HS384" -> Algorithm.HMAC384(LONG_SECRET);
            case "HS512" -> Algorithm.HMAC512(LONG_SECRET);
            case "RS256" -> Algorithm.RSA256(null, (RSAPrivateKey) RSA.getPrivate());
            case "RS384" -> Algorithm.RSA384(null, (RSAPrivateKey) RSA.getPrivate());
            case "RS512" -> Algorithm.RSA512(null, (RSAPrivateKey) RSA.getPrivate());
            case "PS256" -> Algorithm.RSA256PSS(null, (RSAPrivateKey) RSA.getPrivate());
            case "PS384" -> Algorithm.RSA384PSS(null, (RSAPrivateKey) RSA.getPrivate());
            case "PS512" -> Algorithm.RSA512PSS(null, (RSAPrivateKey) RSA.getPrivate());
            case "ES256" -> Algorithm.ECDSA256(null, (ECPrivateKey) P256.getPrivate());
            case "ES384" -> Algorithm.ECDSA384(null, (ECPrivateKey) P384.getPrivate());
            case "ES512" -> Algorithm.ECDSA512(null, (ECPrivateKey) P521.getPrivate());
            default -> throw new IllegalArgumentException(algorithm);
        };
    }

    static KeyPair keys(String algorithm) {
        return switch (algorithm) {
            case "ES256" -> P256;
            case "ES384" -> P384;
            case "ES512" -> P521;
            default -> RSA;
        };
    }

    static KeyPair generate(String algorithm, String parameter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(Integer.parseInt(parameter));
            } else {
                generator.initialize(new ECGenParameterSpec(parameter));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(Key key) {
        String label = key.getFormat().equals("X.509") ? "PUBLIC KEY" : "PRIVATE KEY";
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()) + "\n-----END " + label
                + "-----\n";
    }
}

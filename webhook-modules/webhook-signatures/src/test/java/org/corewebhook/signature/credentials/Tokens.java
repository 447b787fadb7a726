package org.corewebhook.signature.credentials;

import com.auth0.jwt.algorithms.Algorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Keys and tokens for tests; headers and claims are JSON, so that tokens can be as wrong as they come. */
final class Tokens {

    static final String SECRET = "jwt-secret-of-32-bytes-or-longer!";

    static final KeyPair RSA = generate("RSA", "2048");
    static final KeyPair OTHER_RSA = generate("RSA", "2048");
    static final KeyPair EC = generate("EC", "secp256r1");

    private Tokens() {}

    static String hs256(String claims) {
        return sign(Algorithm.HMAC256(SECRET), "{\"alg\":\"HS256\"}", claims);
    }

    static String rs256(KeyPair keys, String keyId, String claims) {
        String header = keyId == null ? "{\"alg\":\"RS256\"}" : "{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}";
        return sign(Algorithm.RSA256(null, (RSAPrivateKey) keys.getPrivate()), header, claims);
    }

    static String es256(String keyId, String claims) {
        return sign(
                Algorithm.ECDSA256(null, (ECPrivateKey) EC.getPrivate()),
                "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}",
                claims);
    }

    static String sign(Algorithm algorithm, String header, String claims) {
        String head = base64(header.getBytes(StandardCharsets.UTF_8));
        String body = base64(claims.getBytes(StandardCharsets.UTF_8));
        byte[] signature =
                algorithm.sign(head.getBytes(StandardCharsets.US_ASCII), body.getBytes(StandardCharsets.US_ASCII));
        return head + "." + body + "." + base64(signature);
    }

    static String pem(KeyPair keys) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Returns the key as a JSON Web Key; {@code more} are further members, with a comma before them. */
    static String jwk(KeyPair keys, String more) {
        if (keys.getPublic() instanceof RSAPublicKey rsa) {
            return "{\"kty\":\"RSA\",\"n\":\"" + number(rsa.getModulus()) + "\",\"e\":\""
                    + number(rsa.getPublicExponent()) + "\"" + more + "}";
        }
        ECPublicKey ec = (ECPublicKey) keys.getPublic();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + number(ec.getW().getAffineX()) + "\",\"y\":\""
                + number(ec.getW().getAffineY()) + "\"" + more + "}";
    }

    static String jwks(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    static KeyPair generate(String type, String parameter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
            if (type.equals("EC")) {
                generator.initialize(new ECGenParameterSpec(parameter));
            } else {
                generator.initialize(Integer.parseInt(parameter));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return base64(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

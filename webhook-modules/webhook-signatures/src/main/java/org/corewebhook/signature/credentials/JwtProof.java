package org.corewebhook.signature.credentials;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Set;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.validation.JwtAlgorithm;
import org.jspecify.annotations.Nullable;

/** Verifies a token that is a JSON Web Token (RFC 7519): the algorithm is one we chose, never just the token's. */
final class JwtProof implements TokenProof {

    private static final ValidationResult INVALID = ValidationResult.unauthorized("Invalid OAuth 2.0 JWT token");

    private final Set<JwtAlgorithm> algorithms;
    private final TokenKeys keys;
    private final TokenTerms terms;

    JwtProof(Set<JwtAlgorithm> algorithms, TokenKeys keys, TokenTerms terms) {
        this.algorithms = Set.copyOf(algorithms);
        this.keys = keys;
        this.terms = terms;
    }

    @Override
    public ValidationResult verify(String token) throws RemoteException {
        DecodedJWT decoded = decode(token);
        if (decoded == null) {
            return INVALID;
        }
        JwtAlgorithm algorithm = algorithm(decoded);
        Algorithm verifier = algorithm == null ? null : keys.find(algorithm, decoded.getKeyId());
        if (verifier == null || !isSigned(decoded, verifier)) {
            return INVALID;
        }
        JsonNode claims = StrictJson.parse(Base64.getUrlDecoder().decode(decoded.getPayload()));
        return claims != null && claims.isObject() ? terms.check(claims) : INVALID;
    }

    private static @Nullable DecodedJWT decode(String token) {
        try {
            DecodedJWT decoded = JWT.decode(token);
            // we know no extensions, so none that must be understood (RFC 7515, 4.1.11)
            return decoded.getHeaderClaim("crit").isMissing() ? decoded : null;
        } catch (JWTVerificationException | NullPointerException e) {
            return null; // java-jwt answers with the latter to a header or payload that is the JSON null
        }
    }

    private @Nullable JwtAlgorithm algorithm(DecodedJWT decoded) {
        for (JwtAlgorithm algorithm : algorithms) {
            if (algorithm.name().equals(decoded.getAlgorithm())) {
                return algorithm;
            }
        }
        return null;
    }

    private static boolean isSigned(DecodedJWT decoded, Algorithm verifier) {
        try {
            verifier.verify(decoded);
            return true;
        } catch (JWTVerificationException e) {
            return false;
        }
    }
}

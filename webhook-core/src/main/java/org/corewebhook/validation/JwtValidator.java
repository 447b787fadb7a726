package org.corewebhook.validation;

import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.exceptions.AlgorithmMismatchException;
import com.auth0.jwt.exceptions.IncorrectClaimException;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.exceptions.MissingClaimException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.exceptions.TokenExpiredException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.util.Set;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Verifies the token in {@code Authorization: Bearer} and says in the reference's words what is wrong with it. */
final class JwtValidator implements Validator {

    private static final String SCHEME = "Bearer ";
    private static final ValidationResult BEARER_REQUIRED = ValidationResult.unauthorized("JWT Bearer token required");
    private static final ValidationResult MALFORMED = ValidationResult.unauthorized("Invalid JWT token format");
    private static final ValidationResult ALGORITHM = ValidationResult.unauthorized("Invalid JWT algorithm");
    private static final ValidationResult SIGNATURE = ValidationResult.unauthorized("Invalid JWT signature");
    private static final ValidationResult EXPIRED = ValidationResult.unauthorized("JWT token expired");
    private static final ValidationResult ISSUER = ValidationResult.unauthorized("Invalid JWT issuer");
    private static final ValidationResult AUDIENCE = ValidationResult.unauthorized("Invalid JWT audience");
    private static final ValidationResult FAILED = ValidationResult.unauthorized("JWT validation failed");

    private final JWTVerifier verifier;
    private final boolean requireExpiry;

    JwtValidator(JWTVerifier verifier, boolean requireExpiry) {
        this.verifier = verifier;
        this.requireExpiry = requireExpiry;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        if (AuthorizationHeader.isDuplicated(request)) {
            return AuthorizationHeader.DUPLICATE;
        }
        String header = request.headers().first(AuthorizationHeader.NAME);
        if (header == null) {
            return AuthorizationHeader.MISSING;
        }
        return header.startsWith(SCHEME) ? verify(header.substring(SCHEME.length())) : BEARER_REQUIRED;
    }

    private ValidationResult verify(String token) {
        DecodedJWT verified;
        try {
            verified = verifier.verify(token);
        } catch (JWTVerificationException e) {
            return refusal(e);
        } catch (NullPointerException e) {
            return MALFORMED; // how java-jwt answers to a header or payload that is the JSON null
        }
        if (!verified.getHeaderClaim("crit").isMissing()) {
            return FAILED; // we know no extensions, so none that must be understood (RFC 7515, 4.1.11)
        }
        return requireExpiry && verified.getExpiresAt() == null ? missing("exp") : ValidationResult.accepted();
    }

    private static ValidationResult refusal(JWTVerificationException e) {
        if (e instanceof JWTDecodeException) {
            return MALFORMED;
        }
        if (e instanceof AlgorithmMismatchException) {
            return ALGORITHM;
        }
        if (e instanceof SignatureVerificationException) {
            return SIGNATURE;
        }
        if (e instanceof TokenExpiredException) {
            return EXPIRED;
        }
        if (e instanceof MissingClaimException absent) {
            return missing(absent.getClaimName());
        }
        return e instanceof IncorrectClaimException wrong ? incorrect(wrong.getClaimName()) : FAILED;
    }

    private static ValidationResult missing(String claim) {
        return ValidationResult.unauthorized(
                "JWT missing required claim: Token is missing the \"" + claim + "\" claim");
    }

    private static ValidationResult incorrect(String claim) {
        return switch (claim) {
            case "iss" -> ISSUER;
            case "aud" -> AUDIENCE;
            default -> FAILED;
        };
    }

    @Override
    public Set<String> credentialHeaders() {
        return AuthorizationHeader.NAMES;
    }
}

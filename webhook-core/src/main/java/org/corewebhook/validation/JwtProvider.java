package org.corewebhook.validation;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.Verification;
import java.util.List;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code jwt}: a JSON Web Token (RFC 7519) in {@code Authorization: Bearer}.
 *
 * <p>{@code secret}: the shared secret for HS*, a public key or certificate in PEM form for RS*, PS* and ES*;
 * {@code algorithm} (default HS256): the only one that is accepted; {@code issuer} and {@code audience}: checked if
 * they are there, one text or a list of which one must fit; {@code verify_exp} (default true); {@code require_exp}
 * (default false): refuse tokens that never expire. Times are checked without leeway. Thread-safe.
 */
public final class JwtProvider implements ValidatorProvider {

    /** Too long to matter, too short to leave the range of {@link java.time.Instant}. */
    private static final long ANY_AGE_SECONDS = 31_000_000_000_000_000L;

    /** Made by {@link java.util.ServiceLoader}. */
    public JwtProvider() {}

    @Override
    public String key() {
        return "jwt";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret secret = settings.requireSecret("secret");
        JwtAlgorithm name = JwtAlgorithm.read(settings, "algorithm");
        List<String> issuers = accepted(settings, "issuer");
        List<String> audiences = accepted(settings, "audience");
        boolean verifyExpiry = settings.flag("verify_exp", true);
        boolean requireExpiry = settings.flag("require_exp", false);
        Algorithm algorithm = secret.isBlank() ? null : name.with(secret, settings, "secret");
        if (algorithm == null) {
            return new ClosedValidator();
        }
        Verification verification = JWT.require(algorithm);
        if (!issuers.isEmpty()) {
            verification.withIssuer(issuers.toArray(String[]::new));
        }
        if (!audiences.isEmpty()) {
            verification.withAnyOfAudience(audiences.toArray(String[]::new));
        }
        if (!verifyExpiry) {
            verification.acceptExpiresAt(ANY_AGE_SECONDS);
        }
        JWTVerifier verifier = ((JWTVerifier.BaseVerification) verification).build(endpoint.clock());
        return new JwtValidator(verifier, requireExpiry);
    }

    private static List<String> accepted(Settings settings, String key) {
        List<String> values = settings.strings(key);
        if (settings.has(key) && (values.isEmpty() || values.stream().anyMatch(String::isBlank))) {
            settings.problem(key, "Must not be empty: remove the key if any " + key + " will do");
        }
        return values;
    }
}

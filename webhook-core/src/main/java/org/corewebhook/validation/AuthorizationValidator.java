package org.corewebhook.validation;

import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Compares the whole {@code Authorization} header with the configured value. */
final class AuthorizationValidator implements Validator {

    private static final ValidationResult BEARER_REQUIRED =
            ValidationResult.unauthorized("Unauthorized: Bearer token required");
    private static final ValidationResult UNAUTHORIZED = ValidationResult.unauthorized("Unauthorized");

    private final Secret expected;
    private final boolean bearer;

    AuthorizationValidator(Secret expected, boolean bearer) {
        this.expected = expected;
        this.bearer = bearer;
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        if (AuthorizationHeader.isDuplicated(request)) {
            return AuthorizationHeader.DUPLICATE;
        }
        String header = request.headers().first(AuthorizationHeader.NAME);
        String offered = header == null ? "" : header.strip();
        if (bearer && !offered.startsWith("Bearer ")) {
            return BEARER_REQUIRED;
        }
        return expected.matches(offered) ? ValidationResult.accepted() : UNAUTHORIZED;
    }

    @Override
    public Set<String> credentialHeaders() {
        return AuthorizationHeader.NAMES;
    }
}

package org.corewebhook.validation;

import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code authorization}: the exact value of the {@code Authorization} header, {@code "Bearer <token>"} (RFC
 * 6750) or anything else. White space around it does not count. Thread-safe.
 */
public final class AuthorizationProvider implements ValidatorProvider {

    /** Made by {@link java.util.ServiceLoader}. */
    public AuthorizationProvider() {}

    @Override
    public String key() {
        return "authorization";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        String expected = endpoint.requireSecret(key()).reveal().strip();
        if (expected.isEmpty()) {
            return new ClosedValidator();
        }
        boolean bearer = expected.startsWith("Bearer ");
        if (expected.equals("Bearer") || (bearer && expected.startsWith("Bearer  "))) {
            endpoint.problem(key(), "Must have one space and a token after Bearer");
            return new ClosedValidator();
        }
        return new AuthorizationValidator(Secret.of(expected), bearer);
    }
}

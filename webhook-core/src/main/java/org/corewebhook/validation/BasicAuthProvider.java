package org.corewebhook.validation;

import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code basic_auth}: {@code username} and {@code password}, both required, sent as RFC 7617 says. Thread-safe.
 */
public final class BasicAuthProvider implements ValidatorProvider {

    /** Made by {@link java.util.ServiceLoader}. */
    public BasicAuthProvider() {}

    @Override
    public String key() {
        return "basic_auth";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret username = settings.requireSecret("username");
        Secret password = settings.requireSecret("password");
        if (username.reveal().indexOf(':') >= 0) {
            settings.problem("username", "Must not contain a colon: it ends the user name (RFC 7617)");
        }
        if (username.isBlank() || password.isBlank()) {
            return new ClosedValidator();
        }
        return new BasicAuthValidator(username, password);
    }
}

package org.corewebhook.validation;

import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code header_auth}: {@code api_key} (required) in the header {@code header_name} (default
 * {@value #DEFAULT_HEADER}); {@code case_sensitive} (default true). Thread-safe.
 */
public final class HeaderAuthProvider implements ValidatorProvider {

    static final String DEFAULT_HEADER = "X-API-Key";

    /** Made by {@link java.util.ServiceLoader}. */
    public HeaderAuthProvider() {}

    @Override
    public String key() {
        return "header_auth";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret apiKey = settings.requireSecret("api_key");
        String header = HeaderNames.read(settings, "header_name", DEFAULT_HEADER);
        boolean caseSensitive = settings.flag("case_sensitive", true);
        return apiKey.isBlank() ? new ClosedValidator() : new HeaderAuthValidator(header, apiKey, caseSensitive);
    }
}

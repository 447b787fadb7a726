package org.corewebhook.validation;

import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/**
 * Serves {@code query_auth}: {@code api_key} (required) in the query parameter {@code parameter_name} (default
 * {@value #DEFAULT_PARAMETER}); {@code case_sensitive} (default true). Prefer a header: addresses end up in access
 * logs. Thread-safe.
 */
public final class QueryAuthProvider implements ValidatorProvider {

    static final String DEFAULT_PARAMETER = "api_key";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

    /** Made by {@link java.util.ServiceLoader}. */
    public QueryAuthProvider() {}

    @Override
    public String key() {
        return "query_auth";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Secret apiKey = settings.requireSecret("api_key");
        String parameter = settings.string("parameter_name", DEFAULT_PARAMETER);
        boolean caseSensitive = settings.flag("case_sensitive", true);
        if (!NAME.matcher(parameter).matches()) {
            settings.problem("parameter_name", "Must be 1 to 100 letters, digits, '_', '.' or '-'");
            return new ClosedValidator();
        }
        if (!QueryAuthValidator.isPossible(apiKey.reveal())) {
            String message = "Must have at most " + QueryAuthValidator.MAX_LENGTH + " characters, none of them control";
            settings.problem("api_key", message);
        }
        return apiKey.isBlank() ? new ClosedValidator() : new QueryAuthValidator(parameter, apiKey, caseSensitive);
    }
}

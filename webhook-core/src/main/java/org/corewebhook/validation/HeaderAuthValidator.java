package org.corewebhook.validation;

import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Compares one header with a key. */
final class HeaderAuthValidator implements Validator {

    private final String header;
    private final Secret apiKey;
    private final boolean caseSensitive;
    private final ValidationResult missing;
    private final ValidationResult duplicate;
    private final ValidationResult invalid;

    HeaderAuthValidator(String header, Secret apiKey, boolean caseSensitive) {
        this.header = header;
        this.apiKey = apiKey;
        this.caseSensitive = caseSensitive;
        this.missing = ValidationResult.unauthorized("Missing required header: " + header);
        this.duplicate = ValidationResult.unauthorized("Duplicate " + header + " header");
        this.invalid = ValidationResult.unauthorized("Invalid API key in header: " + header);
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        String offered = request.headers().first(header);
        if (offered == null) {
            return missing;
        }
        if (request.headers().count(header) > 1) {
            return duplicate;
        }
        boolean same = caseSensitive ? apiKey.matches(offered) : apiKey.matchesIgnoringCase(offered);
        return same ? ValidationResult.accepted() : invalid;
    }

    @Override
    public Set<String> credentialHeaders() {
        return Set.of(header);
    }
}

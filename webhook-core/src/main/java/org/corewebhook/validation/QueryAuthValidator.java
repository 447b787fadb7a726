package org.corewebhook.validation;

import java.util.List;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Compares one query parameter with a key; the name is case-sensitive, and nothing is stripped from the value. */
final class QueryAuthValidator implements Validator {

    static final int MAX_LENGTH = 1000;

    private final String parameter;
    private final Secret apiKey;
    private final boolean caseSensitive;
    private final ValidationResult missing;
    private final ValidationResult duplicate;
    private final ValidationResult malformed;
    private final ValidationResult invalid;

    QueryAuthValidator(String parameter, Secret apiKey, boolean caseSensitive) {
        this.parameter = parameter;
        this.apiKey = apiKey;
        this.caseSensitive = caseSensitive;
        this.missing = ValidationResult.unauthorized("Missing required query parameter: " + parameter);
        this.duplicate = ValidationResult.unauthorized("Duplicate query parameter: " + parameter);
        this.malformed = ValidationResult.unauthorized(
                "Invalid query parameter value for: " + parameter + " (too long or contains invalid characters)");
        this.invalid = ValidationResult.unauthorized("Invalid API key in query parameter: " + parameter);
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        List<String> values = request.queryParameters(parameter);
        if (values.isEmpty()) {
            return missing;
        }
        if (values.size() > 1) {
            return duplicate;
        }
        String offered = values.get(0);
        if (!isPossible(offered)) {
            return malformed;
        }
        boolean same = caseSensitive ? apiKey.matches(offered) : apiKey.matchesIgnoringCase(offered);
        return same ? ValidationResult.accepted() : invalid;
    }

    /** Tells whether the text can be a key at all. */
    static boolean isPossible(String value) {
        return value.length() <= MAX_LENGTH && value.chars().noneMatch(Character::isISOControl);
    }
}

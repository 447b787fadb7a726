package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;

/**
 * What a token must say, whether it says it itself (RFC 7519) or its issuer does (RFC 7662). Immutable, thread-safe.
 *
 * @param scopes all of them are needed
 * @param audiences one of them is needed, if there are any
 * @param issuers one of them is needed, if there are any
 * @param verifyExpiry refuse tokens after their {@code exp}
 * @param clock tells what time it is
 */
record TokenTerms(
        List<String> scopes, List<String> audiences, List<String> issuers, boolean verifyExpiry, Clock clock) {

    private static final ValidationResult EXPIRED = ValidationResult.unauthorized("OAuth 2.0 token expired");
    private static final ValidationResult TOO_EARLY = ValidationResult.unauthorized("OAuth 2.0 token not yet valid");
    private static final ValidationResult AUDIENCE = ValidationResult.unauthorized("OAuth 2.0 token audience mismatch");
    private static final ValidationResult ISSUER = ValidationResult.unauthorized("OAuth 2.0 token issuer mismatch");
    private static final ValidationResult SCOPES =
            ValidationResult.unauthorized("OAuth 2.0 token missing required scopes");

    /** Reads {@code required_scope}, {@code audience}, {@code issuer} and {@code verify_exp}. */
    static TokenTerms read(Settings settings, Clock clock) {
        return new TokenTerms(
                settings.strings("required_scope").stream()
                        .flatMap(scopes -> Arrays.stream(scopes.strip().split("\\s+")))
                        .filter(scope -> !scope.isEmpty())
                        .toList(),
                accepted(settings, "audience"),
                accepted(settings, "issuer"),
                settings.flag("verify_exp", true),
                clock);
    }

    private static List<String> accepted(Settings settings, String key) {
        List<String> values = settings.strings(key);
        if (settings.has(key) && (values.isEmpty() || values.stream().anyMatch(String::isBlank))) {
            settings.problem(key, "Must not be empty: remove the key if any " + key + " will do");
        }
        return values;
    }

    ValidationResult check(JsonNode claims) {
        double now = clock.instant().toEpochMilli() / 1000.0;
        if (verifyExpiry && claims.has("exp") && now >= time(claims.get("exp"), Double.NEGATIVE_INFINITY)) {
            return EXPIRED;
        }
        if (claims.has("nbf") && now < time(claims.get("nbf"), Double.POSITIVE_INFINITY)) {
            return TOO_EARLY;
        }
        if (!issuers.isEmpty() && !issuers.contains(claims.path("iss").textValue())) {
            return ISSUER;
        }
        if (!audiences.isEmpty() && texts(claims.path("aud")).stream().noneMatch(audiences::contains)) {
            return AUDIENCE;
        }
        JsonNode granted = claims.has("scope") ? claims.path("scope") : claims.path("scp");
        return scopes.isEmpty() || words(granted).containsAll(scopes) ? ValidationResult.accepted() : SCOPES;
    }

    /** A time that is no number counts as the worst one. */
    private static double time(JsonNode seconds, double worst) {
        return seconds.isNumber() ? seconds.doubleValue() : worst;
    }

    private static Set<String> words(JsonNode scopes) {
        return scopes.isTextual()
                ? new HashSet<>(Arrays.asList(scopes.textValue().strip().split("\\s+")))
                : texts(scopes);
    }

    private static Set<String> texts(JsonNode textOrList) {
        Set<String> texts = new HashSet<>();
        if (textOrList.isTextual()) {
            texts.add(textOrList.textValue());
        }
        for (JsonNode item : textOrList) {
            if (item.isTextual()) {
                texts.add(item.textValue());
            }
        }
        return texts;
    }
}

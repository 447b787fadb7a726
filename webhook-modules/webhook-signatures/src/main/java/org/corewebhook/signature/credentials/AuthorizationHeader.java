package org.corewebhook.signature.credentials;

import java.util.Set;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.jspecify.annotations.Nullable;

/** Reads the one {@code Authorization} header of a request (RFC 9110, 11.6.2). Immutable and thread-safe. */
final class AuthorizationHeader {

    static final Set<String> NAMES = Set.of("Authorization");

    private static final String NAME = "Authorization";
    private static final ValidationResult MISSING = ValidationResult.unauthorized("Missing Authorization header");
    private static final ValidationResult DUPLICATE = ValidationResult.unauthorized("Duplicate Authorization header");

    private final String scheme;
    private final ValidationResult otherScheme;

    /** Makes a reader of one scheme; {@code otherScheme} refuses all others. */
    AuthorizationHeader(String scheme, String otherScheme) {
        this.scheme = scheme;
        this.otherScheme = ValidationResult.unauthorized(otherScheme);
    }

    /** Returns why the request has no credentials of this scheme, or null if it has. */
    @Nullable
    ValidationResult refusal(WebhookRequest request) {
        // two of them would let another reader of the request see another credential than we do
        if (request.headers().count(NAME) > 1) {
            return DUPLICATE;
        }
        String value = request.headers().first(NAME);
        if (value == null) {
            return MISSING;
        }
        boolean ours = value.length() > scheme.length()
                && value.regionMatches(true, 0, scheme, 0, scheme.length())
                && value.charAt(scheme.length()) == ' ';
        return ours ? null : otherScheme;
    }

    /** Returns what follows the scheme; only of a request without a refusal. */
    String credentials(WebhookRequest request) {
        String value = request.headers().first(NAME);
        return value == null ? "" : value.substring(scheme.length() + 1).strip();
    }
}

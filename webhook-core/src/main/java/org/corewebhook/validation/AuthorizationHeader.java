package org.corewebhook.validation;

import java.util.Set;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;

/** What all validators of the {@code Authorization} header (RFC 9110, 11.6.2) have in common. */
final class AuthorizationHeader {

    static final String NAME = "Authorization";
    static final Set<String> NAMES = Set.of(NAME);
    static final ValidationResult MISSING = ValidationResult.unauthorized("Missing Authorization header");
    static final ValidationResult DUPLICATE = ValidationResult.unauthorized("Duplicate Authorization header");

    private AuthorizationHeader() {}

    /** Two of them would let another reader of the request see another credential than we do. */
    static boolean isDuplicated(WebhookRequest request) {
        return request.headers().count(NAME) > 1;
    }
}

package org.corewebhook.operations;

import java.util.List;
import org.corewebhook.ErrorKind;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;

/**
 * Tokens of which a request must bring one, as {@code Authorization: Bearer token} (RFC 6750) or the bare token.
 *
 * <p>Without any token nobody gets in. Immutable and thread-safe.
 */
record AccessTokens(List<Secret> tokens) {

    private static final String SCHEME = "Bearer ";
    private static final Headers CHALLENGE = Headers.of("WWW-Authenticate", "Bearer");

    /** What a request proves. */
    enum Proof {
        MISSING,
        WRONG,
        GIVEN
    }

    static AccessTokens of(List<Secret> tokens) {
        return new AccessTokens(List.copyOf(tokens));
    }

    static WebhookResponse required() {
        return WebhookResponse.problem(ErrorKind.UNAUTHORIZED, "Authentication required")
                .with(CHALLENGE);
    }

    static WebhookResponse invalid() {
        return WebhookResponse.problem(ErrorKind.UNAUTHORIZED, "Invalid authentication token")
                .with(CHALLENGE);
    }

    boolean isEmpty() {
        return tokens.isEmpty();
    }

    Proof check(WebhookRequest request) {
        List<String> offered = request.headers().all("Authorization");
        if (offered.isEmpty()) {
            return Proof.MISSING;
        }
        return offered.size() == 1 && matchesAny(withoutScheme(offered.get(0))) ? Proof.GIVEN : Proof.WRONG;
    }

    private static String withoutScheme(String value) {
        boolean bearer = value.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return (bearer ? value.substring(SCHEME.length()) : value).strip();
    }

    /** Compares with all of them, so that the time does not tell which one it was. */
    private boolean matchesAny(String offered) {
        boolean matches = false;
        for (Secret token : tokens) {
            matches |= token.matches(offered);
        }
        return matches;
    }
}

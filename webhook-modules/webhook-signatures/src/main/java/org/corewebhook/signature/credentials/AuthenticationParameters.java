package org.corewebhook.signature.credentials;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the parameters of an {@code Authorization} header: {@code a=token, b="quoted"} (RFC 9110, 11.2).
 *
 * <p>Strict: what another reader could understand in another way (a name given twice, something after a value, an open
 * quote) is refused. Used by one thread.
 */
final class AuthenticationParameters {

    private static final int MAX_PARAMETERS = 40;
    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int at;

    private AuthenticationParameters(String text) {
        this.text = text;
    }

    /** Returns values by name, in order; null if the text is malformed. */
    static @Nullable Map<String, String> parse(String text) {
        return new AuthenticationParameters(text).parameters();
    }

    private @Nullable Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            skipSpace();
            String name = token();
            if (name.isEmpty() || !take('=')) {
                return null;
            }
            String value = at < text.length() && text.charAt(at) == '"' ? quoted() : unquoted();
            if (value == null || parameters.put(name, value) != null || parameters.size() > MAX_PARAMETERS) {
                return null;
            }
            skipSpace();
            if (at == text.length()) {
                return parameters;
            }
            if (!take(',')) {
                return null;
            }
        }
    }

    private @Nullable String unquoted() {
        String value = token();
        return value.isEmpty() ? null : value;
    }

    private @Nullable String quoted() {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '"') {
                at++;
                return value.toString();
            }
            if (next == '\\') {
                at++;
                if (at == text.length()) {
                    return null;
                }
                next = text.charAt(at);
            }
            if ((next < ' ' && next != '\t') || next == 0x7f) {
                return null;
            }
            value.append(next);
        }
        return null;
    }

    private String token() {
        int start = at;
        while (at < text.length() && isTokenSign(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isTokenSign(char sign) {
        return (sign >= 'a' && sign <= 'z')
                || (sign >= 'A' && sign <= 'Z')
                || (sign >= '0' && sign <= '9')
                || TOKEN_SIGNS.indexOf(sign) >= 0;
    }

    private boolean take(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }
}

package org.corewebhook.websocket;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** The operator's header fields of the opening handshake. Immutable and thread-safe. */
final class HandshakeHeaders {

    /** What the client sets (RFC 6455, 4.1), or what would change the framing of the request. */
    private static final Set<String> OF_THE_CLIENT = Set.of(
            "host",
            "upgrade",
            "connection",
            "content-length",
            "transfer-encoding",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-accept",
            "sec-websocket-extensions");

    /** A field name (RFC 9110, 5.1). */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** The client sends ASCII, anything else would arrive as a question mark. */
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

    private final Map<String, Secret> fields;

    private HandshakeHeaders(Map<String, Secret> fields) {
        this.fields = fields;
    }

    static HandshakeHeaders read(Settings settings) {
        Map<String, Secret> fields = new LinkedHashMap<>();
        settings.stringMap("headers").forEach((name, value) -> {
            String problem = problem(name, value);
            if (problem == null) {
                fields.put(name, Secret.of(value));
            } else {
                settings.problem("headers", problem);
            }
        });
        return new HandshakeHeaders(fields);
    }

    private static @Nullable String problem(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            return "Has a name that is not the name of a header";
        }
        if (OF_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
            return name + " is set by the client and cannot be given";
        }
        if (value.isBlank()) {
            return name + " must not be empty";
        }
        return VALUE.matcher(value).matches() ? null : name + " must be ASCII without line breaks";
    }

    /** Returns the fields for the client library. Never log them. */
    Map<String, String> reveal() {
        Map<String, String> revealed = new LinkedHashMap<>();
        fields.forEach((name, value) -> revealed.put(name, value.reveal()));
        return revealed;
    }

    /** Names the fields only: their values may be secrets. */
    @Override
    public String toString() {
        return fields.keySet().toString();
    }
}

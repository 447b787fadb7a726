package org.corewebhook.payload;

import java.util.Objects;
import org.corewebhook.payload.JsonTokens.Token;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a body is one JSON value (RFC 8259) in strict UTF-8 within {@link PayloadLimits}.
 *
 * <p>One pass over the bytes; nothing is decoded, copied or kept, whatever the body looks like. Any type is fine at the
 * top, so are duplicate keys, numbers of any length and escaped lone surrogates; an empty body, a byte-order mark,
 * {@code NaN}, {@code Infinity} and anything after the value are not. Immutable and thread-safe.
 */
public final class JsonCheck {

    private static final String MALFORMED = "Malformed JSON payload";

    private final PayloadLimits limits;

    /** Makes a check with these limits. */
    public JsonCheck(PayloadLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** Returns what is wrong with the body, as a text for the sender, or null if nothing is. */
    public @Nullable String problem(byte[] body) {
        JsonTokens tokens = new JsonTokens(body);
        for (Token token = tokens.next(); token != Token.END; token = tokens.next()) {
            if (token == Token.MALFORMED) {
                return MALFORMED;
            }
            if (tokens.level() > limits.maxDepth()) {
                return "JSON too deeply nested: " + tokens.level() + " levels (max: " + limits.maxDepth() + ")";
            }
            if (token == Token.STRING && tokens.characters() > limits.maxStringChars()) {
                return "String too long: " + tokens.characters() + " chars (max: " + limits.maxStringChars() + ")";
            }
        }
        return null;
    }
}

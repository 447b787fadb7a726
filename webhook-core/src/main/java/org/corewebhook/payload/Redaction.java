package org.corewebhook.payload;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.corewebhook.Headers;
import org.corewebhook.payload.JsonTokens.Token;
import org.jspecify.annotations.Nullable;

/**
 * Hides the values of {@link SensitiveNames} in JSON and in headers; every other byte stays as it is.
 *
 * <p>Nothing is parsed into a tree or written anew: the bytes between the hidden values are copied. Immutable and
 * thread-safe.
 */
public final class Redaction {

    /**
     * By how much masks may make a body longer; from there on values become {@code ""}. Without it a list of ten
     * million digits would grow to a multiple of what the receiver has memory for.
     */
    private static final int MAX_GROWTH_BYTES = 1024 * 1024;

    private static final byte[] SHORT_MASK = {'"', '"'};
    private static final byte[] EMPTY = {};
    private static final int NOTHING = -1;

    private final SensitiveNames names;
    private final @Nullable String mask;

    private Redaction(SensitiveNames names, @Nullable String mask) {
        this.names = names;
        this.mask = mask;
    }

    /**
     * Returns a redaction that puts a mask in the place of hidden values; in an object or list under a sensitive key
     * everything that is not itself an object or list is masked.
     *
     * @param mask a text that needs no escape in JSON
     */
    public static Redaction masking(SensitiveNames names, String mask) {
        return new Redaction(names, mask);
    }

    /** Returns a redaction that removes sensitive keys with their values, and sensitive headers. */
    public static Redaction removing(SensitiveNames names) {
        return new Redaction(names, null);
    }

    /** Returns the JSON text without what is hidden (the same array if nothing is), or null if it is not JSON. */
    public byte @Nullable [] json(byte[] body) {
        return mask == null ? remove(body) : mask(body, ('"' + mask + '"').getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the headers without what is hidden (the same object if nothing is). */
    public Headers headers(Headers headers) {
        Headers kept = headers.without(names::matches);
        if (mask == null || kept == headers) {
            return kept;
        }
        Headers.Builder masked = Headers.builder();
        headers.forEach(header -> masked.add(header.name(), names.matches(header.name()) ? mask : header.value()));
        return masked.build();
    }

    private byte @Nullable [] mask(byte[] body, byte[] quotedMask) {
        JsonTokens tokens = new JsonTokens(body);
        Splice splice = new Splice(body);
        int hiddenLevel = NOTHING;
        for (Token token = tokens.next(); token != Token.END; token = tokens.next()) {
            if (token == Token.MALFORMED) {
                return null;
            }
            if (hiddenLevel == NOTHING) {
                hiddenLevel = token == Token.NAME && names.matches(tokens.name()) ? tokens.level() : NOTHING;
                continue;
            }
            if (token == Token.STRING || token == Token.SCALAR) {
                byte[] replacement = splice.growth() > MAX_GROWTH_BYTES ? SHORT_MASK : quotedMask;
                splice.replace(tokens.start(), tokens.end(), replacement);
            }
            hiddenLevel = completesValue(token) && tokens.level() == hiddenLevel ? NOTHING : hiddenLevel;
        }
        return splice.result();
    }

    /**
     * A member goes with the comma before it. The first member that stays in an object has none, so what is removed
     * before it goes up to its name.
     */
    private byte @Nullable [] remove(byte[] body) {
        JsonTokens tokens = new JsonTokens(body);
        Splice splice = new Splice(body);
        BitSet keptBefore = new BitSet(); // by level: whether the object there has a member that stays
        int hiddenLevel = NOTHING;
        int removedFrom = NOTHING;
        int previousEnd = 0;
        for (Token token = tokens.next(); token != Token.END; token = tokens.next()) {
            if (token == Token.MALFORMED) {
                return null;
            }
            if (hiddenLevel != NOTHING) {
                hiddenLevel = completesValue(token) && tokens.level() == hiddenLevel ? NOTHING : hiddenLevel;
                previousEnd = tokens.end();
                continue;
            }
            if (removedFrom != NOTHING) {
                int memberLevel = token == Token.NAME ? tokens.level() : tokens.level() + 1;
                splice.replace(removedFrom, keptBefore.get(memberLevel) ? previousEnd : tokens.start(), EMPTY);
                removedFrom = NOTHING;
            }
            if (token == Token.START_OBJECT) {
                keptBefore.clear(tokens.level() + 1);
            } else if (token == Token.NAME && names.matches(tokens.name())) {
                hiddenLevel = tokens.level();
                removedFrom = keptBefore.get(hiddenLevel) ? previousEnd : tokens.start();
            } else if (token == Token.NAME) {
                keptBefore.set(tokens.level());
            }
            previousEnd = tokens.end();
        }
        return splice.result();
    }

    private static boolean completesValue(Token token) {
        return switch (token) {
            case STRING, SCALAR, END_OBJECT, END_ARRAY -> true;
            default -> false;
        };
    }

    /** A copy of the body with some parts replaced; there is no copy as long as nothing is. */
    private static final class Splice {

        private final byte[] body;
        private @Nullable ByteArrayOutputStream copy;
        private int copiedTo;

        Splice(byte[] body) {
            this.body = body;
        }

        void replace(int from, int to, byte[] replacement) {
            ByteArrayOutputStream out = copy;
            if (out == null) {
                out = new ByteArrayOutputStream(body.length);
                copy = out;
            }
            out.write(body, copiedTo, from - copiedTo);
            out.writeBytes(replacement);
            copiedTo = to;
        }

        int growth() {
            return copy == null ? 0 : copy.size() - copiedTo;
        }

        byte[] result() {
            if (copy == null) {
                return body;
            }
            copy.write(body, copiedTo, body.length - copiedTo);
            return copy.toByteArray();
        }
    }
}

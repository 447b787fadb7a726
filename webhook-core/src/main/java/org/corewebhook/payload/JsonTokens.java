package org.corewebhook.payload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * Walks the tokens of a JSON text (RFC 8259) in strict UTF-8 (RFC 3629) and tells where each one stands in the bytes.
 *
 * <p>Why not Jackson's parser: it decodes every key and keeps it in a table, so that 10 MiB of distinct keys, or one
 * key of 10 MiB, cost over 50 MiB; it accepts byte-order marks, UTF-16, overlong UTF-8 and a second value. Here a body
 * of any shape costs this object and one bit per level. Used by one thread.
 */
final class JsonTokens {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** No byte: the text has ended. Bytes are from -128 to 127. */
    private static final int NONE = 256;

    private final byte[] json;
    private final BitSet objects = new BitSet();

    private Expected expected = Expected.VALUE;
    private int position;
    private int start;
    private int end;
    private int depth;
    private int level;
    private int characters;
    private boolean escaped;

    JsonTokens(byte[] json) {
        this.json = json;
    }

    /** What a JSON text is made of. {@code SCALAR} is a number, true, false or null. */
    enum Token {
        START_OBJECT,
        END_OBJECT,
        START_ARRAY,
        END_ARRAY,
        NAME,
        STRING,
        SCALAR,
        /** The text was well-formed and is over. */
        END,
        /** The text is not JSON; do not ask for more. */
        MALFORMED
    }

    private enum Expected {
        VALUE,
        VALUE_OR_END,
        NAME,
        NAME_OR_END,
        SEPARATOR
    }

    /** Moves to the next token and returns it. */
    Token next() {
        int b = skipWhitespace();
        if (expected == Expected.SEPARATOR) {
            if (depth == 0) {
                return b == NONE ? Token.END : Token.MALFORMED;
            }
            if (b != ',') {
                return close(b);
            }
            position++;
            b = skipWhitespace();
            expected = inObject() ? Expected.NAME : Expected.VALUE;
        } else if ((expected == Expected.VALUE_OR_END && b == ']') || (expected == Expected.NAME_OR_END && b == '}')) {
            return close(b);
        }
        start = position;
        level = depth;
        return expected == Expected.NAME || expected == Expected.NAME_OR_END ? name(b) : value(b);
    }

    /** Returns where the token starts, with its quote or bracket. */
    int start() {
        return start;
    }

    /** Returns where the token ends: the index after its last byte. */
    int end() {
        return end;
    }

    /** Returns how many arrays and objects are around the token; brackets are not around themselves. */
    int level() {
        return level;
    }

    /** Returns the length of the string or name in code points, escapes decoded, as Python counts. */
    int characters() {
        return characters;
    }

    /** Returns the decoded name. */
    String name() {
        if (!escaped) {
            return new String(json, start + 1, end - start - 2, StandardCharsets.UTF_8);
        }
        try (JsonParser parser = FACTORY.createParser(json, start, end - start)) {
            return parser.nextTextValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Token name(int b) {
        if (b != '"' || !string()) {
            return Token.MALFORMED;
        }
        end = position;
        if (skipWhitespace() != ':') {
            return Token.MALFORMED;
        }
        position++;
        expected = Expected.VALUE;
        return Token.NAME;
    }

    private Token value(int b) {
        return switch (b) {
            case '{' -> open(Token.START_OBJECT);
            case '[' -> open(Token.START_ARRAY);
            case '"' -> string() ? completed(Token.STRING) : Token.MALFORMED;
            case 't' -> literal(TRUE);
            case 'f' -> literal(FALSE);
            case 'n' -> literal(NULL);
            default -> number() ? completed(Token.SCALAR) : Token.MALFORMED;
        };
    }

    private Token open(Token bracket) {
        boolean object = bracket == Token.START_OBJECT;
        objects.set(depth, object);
        depth++;
        expected = object ? Expected.NAME_OR_END : Expected.VALUE_OR_END;
        position++;
        end = position;
        return bracket;
    }

    private Token close(int b) {
        boolean object = inObject();
        if (b != (object ? '}' : ']')) {
            return Token.MALFORMED;
        }
        start = position;
        position++;
        depth--;
        level = depth;
        return completed(object ? Token.END_OBJECT : Token.END_ARRAY);
    }

    private Token completed(Token token) {
        end = position;
        expected = Expected.SEPARATOR;
        return token;
    }

    private Token literal(byte[] word) {
        for (byte letter : word) {
            if (byteAt(position) != letter) {
                return Token.MALFORMED;
            }
            position++;
        }
        return completed(Token.SCALAR);
    }

    private boolean number() {
        int at = byteAt(position) == '-' ? position + 1 : position;
        int digits = digits(at);
        if (digits == 0 || (digits > 1 && json[at] == '0')) {
            return false;
        }
        at += digits;
        if (byteAt(at) == '.') {
            digits = digits(at + 1);
            at += 1 + digits;
        }
        if (digits > 0 && (byteAt(at) == 'e' || byteAt(at) == 'E')) {
            at++;
            at += byteAt(at) == '+' || byteAt(at) == '-' ? 1 : 0;
            digits = digits(at);
            at += digits;
        }
        position = at;
        return digits > 0;
    }

    private int digits(int from) {
        int at = from;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at - from;
    }

    /** Moves past the string that starts here and counts its characters; false if it is malformed. */
    private boolean string() {
        int at = position + 1;
        int notCharacters = 0;
        escaped = false;
        while (at < json.length) {
            int b = json[at];
            if (b == '"') {
                characters = at - position - 1 - notCharacters;
                position = at + 1;
                return true;
            }
            if (b >= ' ' && b != '\\') {
                at++;
                continue;
            }
            escaped |= b == '\\';
            int length = JsonCharacters.length(json, at);
            if (length == 0) {
                return false;
            }
            notCharacters += length - 1;
            at += length;
        }
        return false;
    }

    private int skipWhitespace() {
        int at = position;
        while (at < json.length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        position = at;
        return byteAt(at);
    }

    private int byteAt(int at) {
        return at < json.length ? json[at] : NONE;
    }

    private boolean inObject() {
        return objects.get(depth - 1);
    }
}

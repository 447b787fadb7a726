package org.corewebhook.payload;

import java.nio.charset.StandardCharsets;
import org.corewebhook.payload.JsonTokens.Token;
import org.jspecify.annotations.Nullable;

/**
 * Prints JSON on one line or indented, without changing any value; for logs.
 *
 * <p>Text that could disturb a terminal or forge a line (control, format and line-separating characters, which JSON
 * allows in strings) comes out as an escape that means the same. Thread-safe.
 */
public final class JsonPrinter {

    /** Deeper levels are indented no further: ten thousand brackets must not become megabytes of blanks. */
    private static final int MAX_INDENT = 64;

    private JsonPrinter() {}

    /**
     * Returns the JSON on one line, or null if it is not JSON. Printing stops once more than {@code maxChars}
     * characters are there, so that a huge body costs no more than a small one; what follows is then not looked at.
     */
    public static @Nullable String oneLine(byte[] json, int maxChars) {
        return new Printing(json, false, maxChars).print();
    }

    /** Returns the JSON on several lines, two blanks for each level, or null if it is not JSON. */
    public static @Nullable String indented(byte[] json) {
        return new Printing(json, true, Integer.MAX_VALUE).print();
    }

    /** One text on its way. */
    private static final class Printing {

        private final byte[] json;
        private final boolean indented;
        private final int maxChars;
        private final JsonTokens tokens;
        private final StringBuilder text = new StringBuilder();

        Printing(byte[] json, boolean indented, int maxChars) {
            this.json = json;
            this.indented = indented;
            this.maxChars = maxChars;
            this.tokens = new JsonTokens(json);
        }

        @Nullable
        String print() {
            Token previous = Token.NAME; // the outermost value needs no separator either
            while (text.length() <= maxChars) {
                Token token = tokens.next();
                if (token == Token.MALFORMED) {
                    return null;
                }
                if (token == Token.END) {
                    break;
                }
                separate(previous, token);
                appendToken();
                if (token == Token.NAME) {
                    text.append(indented ? ": " : ":");
                }
                previous = token;
            }
            return text.toString();
        }

        private void separate(Token previous, Token token) {
            boolean first = previous == Token.START_OBJECT || previous == Token.START_ARRAY;
            boolean closing = token == Token.END_OBJECT || token == Token.END_ARRAY;
            if (previous == Token.NAME || (first && closing)) {
                return;
            }
            if (!first && !closing) {
                text.append(',');
            }
            if (indented) {
                text.append('\n').append("  ".repeat(Math.min(tokens.level(), MAX_INDENT)));
            }
        }

        private void appendToken() {
            // a character takes at most four bytes, and one cut in two does not count
            long enough = 4L * (maxChars - text.length() + 2L);
            int length = (int) Math.min(tokens.end() - tokens.start(), enough);
            String raw = new String(json, tokens.start(), length, StandardCharsets.UTF_8);
            for (int i = 0; i < raw.length(); i++) {
                appendVisible(raw.charAt(i));
            }
        }

        private void appendVisible(char c) {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    text.append(String.format("\\u%04x", (int) c));
                default -> text.append(c);
            }
        }
    }
}

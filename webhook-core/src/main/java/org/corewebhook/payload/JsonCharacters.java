package org.corewebhook.payload;

/** How many bytes a character of a JSON string takes (RFC 8259, 7; RFC 3629); stateless. */
final class JsonCharacters {

    private JsonCharacters() {}

    /**
     * Returns the length of the character here, which is not plain ASCII: an escape (a surrogate pair counts as one
     * character) or a UTF-8 sequence; 0 if it is malformed or must not stand in a string.
     */
    static int length(byte[] json, int at) {
        return json[at] == '\\' ? escapeLength(json, at) : utf8Length(json, at);
    }

    private static int escapeLength(byte[] json, int at) {
        return switch (byteAt(json, at + 1)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> unicodeEscapeLength(json, at);
            default -> 0;
        };
    }

    private static int unicodeEscapeLength(byte[] json, int at) {
        int unit = hexadecimal(json, at + 2);
        if (unit < 0) {
            return 0;
        }
        boolean pair = Character.isHighSurrogate((char) unit)
                && byteAt(json, at + 6) == '\\'
                && byteAt(json, at + 7) == 'u'
                && Character.isLowSurrogate((char) hexadecimal(json, at + 8));
        return pair ? 12 : 6;
    }

    /** Returns the value of four hexadecimal digits, or a negative number. */
    private static int hexadecimal(byte[] json, int from) {
        int value = 0;
        for (int at = from; at < from + 4; at++) {
            int digit = at < json.length ? Character.digit(json[at] & 0xFF, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Returns the length of the UTF-8 sequence (Unicode, table 3-7), or 0 for a control character and bad bytes. */
    private static int utf8Length(byte[] json, int at) {
        int lead = json[at] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (at + length > json.length) {
            return 0;
        }
        int second = json[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        boolean legal = second >= lowest && second <= highest;
        for (int next = at + 2; next < at + length; next++) {
            legal &= (json[next] & 0xC0) == 0x80;
        }
        return legal ? length : 0;
    }

    private static int byteAt(byte[] json, int at) {
        return at < json.length ? json[at] : -1;
    }
}

package org.corewebhook.signature.credentials;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Percent-encoding as OAuth 1.0 wants it (RFC 5849, 3.6): UTF-8, all but letters, digits, {@code -._~}, upper case. */
final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private PercentEncoding() {}

    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(next)) {
                encoded.append((char) next);
            } else {
                encoded.append('%').append(HEX[(next >> 4) & 0xf]).append(HEX[next & 0xf]);
            }
        }
        return encoded.toString();
    }

    /** Returns the text behind the escapes; null if an escape is broken, a sign is not ASCII, or it is not UTF-8. */
    static @Nullable String decode(String text, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next > 0x7e) {
                return null;
            }
            if (next == '%') {
                int escaped = i + 2 < text.length() ? escaped(text.charAt(i + 1), text.charAt(i + 2)) : -1;
                if (escaped < 0) {
                    return null;
                }
                bytes.write(escaped);
                i += 2;
            } else {
                bytes.write(next == '+' && plusIsSpace ? ' ' : next);
            }
        }
        try {
            ByteBuffer content = ByteBuffer.wrap(bytes.toByteArray());
            return StandardCharsets.UTF_8.newDecoder().decode(content).toString();
        } catch (CharacterCodingException e) {
            return null; // not UTF-8
        }
    }

    private static int escaped(char high, char low) {
        return HexFormat.isHexDigit(high) && HexFormat.isHexDigit(low)
                ? (HexFormat.fromHexDigit(high) << 4) | HexFormat.fromHexDigit(low)
                : -1;
    }

    private static boolean isUnreserved(byte next) {
        return (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || (next >= '0' && next <= '9')
                || next == '-'
                || next == '.'
                || next == '_'
                || next == '~';
    }
}

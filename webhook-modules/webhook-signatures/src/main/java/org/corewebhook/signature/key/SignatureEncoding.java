package org.corewebhook.signature.key;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a signature are written; there is one right way for each signature, so that none can be changed and
 * still be right.
 */
public enum SignatureEncoding {
    /** Two hexadecimal digits for each byte, all of them in one case. */
    HEX {
        @Override
        byte[] bytes(String text) {
            return hex(text);
        }
    },
    /** Base64 with padding (RFC 4648, 4). */
    BASE64 {
        @Override
        byte[] bytes(String text) {
            return canonical(text, Base64.getDecoder(), Base64.getEncoder());
        }
    },
    /** Base64 for URLs without padding (RFC 4648, 5). */
    BASE64URL {
        @Override
        byte[] bytes(String text) {
            return canonical(
                    text, Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding());
        }
    },
    /** The text itself in UTF-8, for tokens. */
    TEXT {
        @Override
        byte[] bytes(String text) {
            return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
    };

    /** Returns the name in {@code webhooks.json}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the bytes, or null if the text is not in this encoding. */
    public byte @Nullable [] decode(String text) {
        try {
            return bytes(text);
        } catch (IllegalArgumentException e) {
            return null; // written by the sender; that it is not in the encoding is all there is to say
        }
    }

    abstract byte[] bytes(String text);

    private static byte[] hex(String text) {
        int length = text.length();
        if (length == 0 || (length & 1) != 0) {
            throw new IllegalArgumentException("Not hexadecimal");
        }
        byte[] bytes = new byte[length / 2];
        boolean upper = false;
        boolean lower = false;
        for (int i = 0; i < length; i++) {
            char digit = text.charAt(i);
            int value = HexFormat.fromHexDigit(digit);
            upper |= digit >= 'A' && digit <= 'F';
            lower |= digit >= 'a';
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | value);
        }
        if (upper && lower) {
            throw new IllegalArgumentException("Mixed case");
        }
        return bytes;
    }

    private static byte[] canonical(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        byte[] bytes = decoder.decode(text);
        if (!encoder.encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("Not canonical");
        }
        return bytes;
    }
}

package org.corewebhook.signature.key;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.corewebhook.validation.HexDigits;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a signature are written; there is one right way for each signature, so that none can be changed and
 * still be right.
 */
public enum SignatureEncoding {
    /** Two hexadecimal digits for each byte, all of them in one case. */
    HEX {
        @Override
        byte @Nullable [] bytes(String text, int from) {
            return HexDigits.decodeOneCase(text, from);
        }
    },
    /** Base64 with padding (RFC 4648, 4). */
    BASE64 {
        @Override
        byte[] bytes(String text, int from) {
            return canonical(text.substring(from), Base64.getDecoder(), Base64.getEncoder());
        }
    },
    /** Base64 for URLs without padding (RFC 4648, 5). */
    BASE64URL {
        @Override
        byte[] bytes(String text, int from) {
            return canonical(
                    text.substring(from),
                    Base64.getUrlDecoder(),
                    Base64.getUrlEncoder().withoutPadding());
        }
    },
    /** The text itself in UTF-8, for tokens. */
    TEXT {
        @Override
        byte[] bytes(String text, int from) {
            return text.substring(from).getBytes(StandardCharsets.UTF_8);
        }
    };

    /** Returns the name in {@code webhooks.json}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the bytes, or null if the text is not in this encoding. */
    public byte @Nullable [] decode(String text) {
        return decode(text, 0);
    }

    /** Returns the bytes that stand from this position on, or null if the rest is not in this encoding. */
    public byte @Nullable [] decode(String text, int from) {
        try {
            return bytes(text, from);
        } catch (IllegalArgumentException e) {
            return null; // written by the sender; that it is not in the encoding is all there is to say
        }
    }

    abstract byte @Nullable [] bytes(String text, int from);

    private static byte[] canonical(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        byte[] bytes = decoder.decode(text);
        if (!encoder.encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("Not canonical");
        }
        return bytes;
    }
}

package org.corewebhook.validation;

import java.util.Base64;
import java.util.HexFormat;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** How the bytes of a signature are written in a header. */
enum SignatureEncoding {
    /** Two hexadecimal digits for each byte, in any case. */
    HEX("hexadecimal") {
        @Override
        byte @Nullable [] decode(String text) {
            boolean wellFormed = !text.isEmpty() && text.length() % 2 == 0;
            for (int i = 0; wellFormed && i < text.length(); i++) {
                wellFormed = HexFormat.isHexDigit(text.charAt(i));
            }
            return wellFormed ? HexFormat.of().parseHex(text) : null;
        }
    },
    /** Base64 with padding (RFC 4648, 4), in the one canonical form. */
    BASE64("base64") {
        @Override
        byte @Nullable [] decode(String text) {
            try {
                byte[] bytes = Base64.getDecoder().decode(text);
                return Base64.getEncoder().encodeToString(bytes).equals(text) ? bytes : null;
            } catch (IllegalArgumentException e) {
                return null; // written by the sender; "not base64" is all there is to say
            }
        }
    };

    private final String description;

    SignatureEncoding(String description) {
        this.description = description;
    }

    /** Returns the encoding under the key, by default {@code hex}. */
    static SignatureEncoding read(Settings settings, String key) {
        return settings.oneOf(key, "hex", "hex", "base64").equals("hex") ? HEX : BASE64;
    }

    /** Returns the word for it in answers. */
    String description() {
        return description;
    }

    /** Returns the bytes, or null if the text is not in this encoding. */
    abstract byte @Nullable [] decode(String text);
}

package org.corewebhook.validation;

import java.util.Base64;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** How the bytes of a signature are written in a header. */
enum SignatureEncoding {
    /** Two hexadecimal digits for each byte, in any case. */
    HEX("hexadecimal") {
        @Override
        byte @Nullable [] decode(String text, int from) {
            return HexDigits.decode(text, from);
        }
    },
    /** Base64 with padding (RFC 4648, 4), in the one canonical form. */
    BASE64("base64") {
        @Override
        byte @Nullable [] decode(String text, int from) {
            try {
                String written = text.substring(from);
                byte[] bytes = Base64.getDecoder().decode(written);
                return Base64.getEncoder().encodeToString(bytes).equals(written) ? bytes : null;
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

    /** Returns the bytes that stand from this position on, or null if the rest is not in this encoding. */
    abstract byte @Nullable [] decode(String text, int from);
}

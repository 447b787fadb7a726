package org.corewebhook.output;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.corewebhook.payload.SensitiveNames;

/** Hides credentials in a form ({@code application/x-www-form-urlencoded}): many senders put a token there. */
final class FormText {

    private FormText() {}

    /** Returns the form with a mask in the place of values whose name is sensitive. */
    static String masked(String form, String mask) {
        return Arrays.stream(form.split("&", -1))
                .map(field -> maskedField(field, mask))
                .collect(Collectors.joining("&"));
    }

    private static String maskedField(String field, String mask) {
        int equals = field.indexOf('=');
        boolean hidden = equals >= 0 && SensitiveNames.standard().matches(decoded(field.substring(0, equals)));
        return hidden ? field.substring(0, equals + 1) + mask : field;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name; // not encoded after all
        }
    }
}

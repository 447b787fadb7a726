package org.corewebhook.signature.credentials;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.WebhookRequest;
import org.jspecify.annotations.Nullable;

/** Reads {@code application/x-www-form-urlencoded}, as in bodies of that type and in queries. */
final class FormBody {

    /** More fields than this are not looked at for a stranger. */
    private static final int MAX_FIELDS = 1000;

    private static final String TYPE = "application/x-www-form-urlencoded";

    private FormBody() {}

    /** One field, decoded. */
    record Field(String name, String value) {}

    /** Tells whether the request says that its body is a form. */
    static boolean isForm(WebhookRequest request) {
        String type = request.headers().first("Content-Type");
        if (type == null) {
            return false;
        }
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().equalsIgnoreCase(TYPE);
    }

    /** Returns the fields of the body; null if it cannot be decoded. */
    static @Nullable List<Field> fields(byte[] body) {
        return fields(new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Returns the fields in order; null if the text cannot be decoded or has too many. */
    static @Nullable List<Field> fields(String form) {
        List<Field> fields = new ArrayList<>();
        int start = 0;
        while (start < form.length()) {
            int end = form.indexOf('&', start);
            String pair = form.substring(start, end < 0 ? form.length() : end);
            start = end < 0 ? form.length() : end + 1;
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentEncoding.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = PercentEncoding.decode(equals < 0 ? "" : pair.substring(equals + 1), true);
            if (name == null || value == null || fields.size() == MAX_FIELDS) {
                return null;
            }
            fields.add(new Field(name, value));
        }
        return fields;
    }
}

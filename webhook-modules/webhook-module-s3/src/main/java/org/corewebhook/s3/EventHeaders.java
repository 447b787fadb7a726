package org.corewebhook.s3;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.payload.SensitiveNames;

/** What is kept of the request's headers: never one that carries a credential by its name. */
final class EventHeaders {

    /** The entry that every object has. */
    static final String EVENT_ID = "webhook_event_id";

    /** S3 counts the bytes of all names and values of user-defined metadata. */
    private static final int MAX_METADATA_BYTES = 2048;

    private static final int MAX_VALUE_CHARS = 1024;

    /** A field name (RFC 9110, 5.1). */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What a header can carry and a signature over it does not change: no white space at the ends or twice. */
    private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e]+(?: [\\x21-\\x7e]+)*");

    private EventHeaders() {}

    /** Returns the headers that may be stored. */
    static Headers withoutCredentials(WebhookEvent event) {
        return event.headers().without(SensitiveNames.standard()::matches);
    }

    /** Returns user metadata: the event's id, and the headers as far as there is room. */
    static Map<String, String> metadata(WebhookEvent event, boolean includeHeaders) {
        if (!includeHeaders) {
            return Map.of(EVENT_ID, event.id());
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(EVENT_ID, event.id());
        int room = MAX_METADATA_BYTES - EVENT_ID.length() - event.id().length();
        for (Map.Entry<String, String> entry : byMetadataName(event).entrySet()) {
            String value = encoded(cut(entry.getValue()));
            int size = entry.getKey().length() + value.length();
            if (size <= room) {
                metadata.put(entry.getKey(), value);
                room -= size;
            }
        }
        return metadata;
    }

    private static Map<String, String> byMetadataName(WebhookEvent event) {
        Map<String, String> byName = new LinkedHashMap<>();
        for (Headers.Header header : withoutCredentials(event)) {
            String name = header.name().replace('-', '_').toLowerCase(Locale.ROOT);
            boolean ours = name.equals(EVENT_ID);
            if (!ours && !header.value().isBlank() && TOKEN.matcher(name).matches()) {
                byName.merge(name, header.value().strip(), (first, next) -> first + ", " + next);
            }
        }
        return byName;
    }

    private static String cut(String value) {
        if (value.length() <= MAX_VALUE_CHARS) {
            return value;
        }
        boolean splitsPair = Character.isHighSurrogate(value.charAt(MAX_VALUE_CHARS - 1));
        return value.substring(0, splitsPair ? MAX_VALUE_CHARS - 1 : MAX_VALUE_CHARS)
                .strip();
    }

    /** An encoded word (RFC 2047), which is also how S3 itself hands out what is not ASCII. */
    private static String encoded(String value) {
        if (PLAIN.matcher(value).matches()) {
            return value;
        }
        String base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        return "=?UTF-8?B?" + base64 + "?=";
    }
}

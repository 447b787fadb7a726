package org.corewebhook.output;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.payload.JsonPrinter;
import org.corewebhook.payload.Redaction;
import org.corewebhook.payload.SensitiveNames;
import org.jspecify.annotations.Nullable;

/**
 * Describes an event as JSON for people: id, endpoint, time, headers, and as much of the body as can be read.
 *
 * <p>A JSON body stands there as it is; other bodies as text, or in base64 if they are not UTF-8. A body that is longer
 * than {@value #MAX_CHARS} characters is a text that is cut there and says how long the body is. Thread-safe.
 */
final class EventText {

    static final int MAX_CHARS = 10_000;
    static final String MASK = "[REDACTED]";

    private static final String FORM = "application/x-www-form-urlencoded";
    /** Enough for one character more than is shown: a character takes at most four bytes. */
    private static final int MAX_TEXT_BYTES = 4 * (MAX_CHARS + 2);

    private static final int MAX_BASE64_BYTES = MAX_CHARS / 4 * 3;

    private final @Nullable Redaction redaction;

    EventText(boolean redact) {
        this.redaction = redact ? Redaction.masking(SensitiveNames.standard(), MASK) : null;
    }

    /** Returns the event as a JSON object. */
    String json(WebhookEvent event) {
        StringBuilder json = new StringBuilder(512);
        member(json, "event").append(quoted(event.id()));
        member(json, "endpoint").append(quoted(event.endpoint()));
        member(json, "received_at").append(quoted(event.receivedAt().toString()));
        member(json, "headers").append(headers(event.headers()));
        member(json, "body").append(body(event));
        return json.append('}').toString();
    }

    private String headers(Headers headers) {
        Headers shown = redaction == null ? headers : redaction.headers(headers);
        StringBuilder json = new StringBuilder(256);
        for (Map.Entry<String, String> header : shown.toMap().entrySet()) {
            member(json, header.getKey()).append(quoted(header.getValue()));
        }
        return json.isEmpty() ? "{}" : json.append('}').toString();
    }

    private String body(WebhookEvent event) {
        byte[] shown = redaction == null ? event.body() : redaction.json(event.body());
        String json = shown == null ? null : JsonPrinter.oneLine(shown, MAX_CHARS);
        if (json != null) {
            return json.length() > MAX_CHARS ? cut(json, event.body()) : json;
        }
        String text = text(event.body());
        if (text == null) {
            return base64(event.body());
        }
        String readable = redaction == null || !isForm(event) ? text : FormText.masked(text, MASK);
        return readable.length() > MAX_CHARS ? cut(readable, event.body()) : quoted(readable);
    }

    /** Returns the body, or as much of it as is shown, as text; null if it is not UTF-8. */
    private static @Nullable String text(byte[] body) {
        int length = Math.min(body.length, MAX_TEXT_BYTES);
        CharBuffer text = CharBuffer.allocate(length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(body, 0, length), text, length == body.length);
        return result.isError() ? null : text.flip().toString();
    }

    private static boolean isForm(WebhookEvent event) {
        String type = event.contentType();
        return type != null && type.strip().regionMatches(true, 0, FORM, 0, FORM.length());
    }

    private static String base64(byte[] body) {
        byte[] shown = Arrays.copyOf(body, Math.min(body.length, MAX_BASE64_BYTES));
        String encoded = Base64.getEncoder().encodeToString(shown) + (shown.length < body.length ? note(body) : "");
        return "{\"base64\":\"" + encoded + "\"}";
    }

    private static String cut(String text, byte[] body) {
        int length = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
        return quoted(text.substring(0, length) + note(body));
    }

    private static String note(byte[] body) {
        return "... [cut: the body has " + body.length + " bytes]";
    }

    private static StringBuilder member(StringBuilder json, String name) {
        return json.append(json.isEmpty() ? '{' : ',').append(quoted(name)).append(':');
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        return json.append('"').toString();
    }
}

package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.corewebhook.WebhookEvent;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;

/**
 * Writes events as lines of JSON (NDJSON), compressed with gzip (RFC 1952).
 *
 * <p>A body that is JSON on one line stands there byte for byte as {@code body}; every other one, also JSON with line
 * breaks, as {@code body_base64}, because its bytes must come out of the batch as they came in. Thread-safe.
 */
final class EventLines {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonCheck JSON = new JsonCheck(PayloadLimits.defaults());
    private static final byte[] BODY = ",\"body\":".getBytes(UTF_8);
    private static final byte[] BODY_BASE64 = ",\"body_base64\":\"".getBytes(UTF_8);

    private final boolean includeHeaders;

    EventLines(boolean includeHeaders) {
        this.includeHeaders = includeHeaders;
    }

    byte[] gzip(List<WebhookEvent> events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
        try (OutputStream out = new GZIPOutputStream(bytes, 8192)) {
            for (WebhookEvent event : events) {
                writeLine(event, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private void writeLine(WebhookEvent event, OutputStream out) throws IOException {
        byte[] head = MAPPER.writeValueAsBytes(head(event));
        out.write(head, 0, head.length - 1); // its closing brace comes after the body
        if (isJsonOnOneLine(event.body())) {
            out.write(BODY);
            out.write(event.body());
        } else {
            out.write(BODY_BASE64);
            out.write(Base64.getEncoder().encode(event.body()));
            out.write('"');
        }
        out.write('}');
        out.write('\n');
    }

    private Map<String, Object> head(WebhookEvent event) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("id", event.id());
        head.put("endpoint", event.endpoint());
        head.put("received_at", event.receivedAt().toString());
        String contentType = event.contentType();
        if (contentType != null) {
            head.put("content_type", contentType);
        }
        if (includeHeaders) {
            head.put("headers", EventHeaders.withoutCredentials(event).toMap());
        }
        return head;
    }

    private static boolean isJsonOnOneLine(byte[] body) {
        for (byte each : body) {
            if (each == '\n' || each == '\r') {
                return false;
            }
        }
        return JSON.problem(body) == null;
    }
}

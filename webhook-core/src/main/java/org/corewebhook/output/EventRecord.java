package org.corewebhook.output;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.corewebhook.WebhookEvent;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;

/** How an event is written into a segment, so that the exact bytes of its body can be read again. */
enum EventRecord {
    /**
     * One JSON object and a line feed: {@code id}, {@code endpoint}, {@code received_at}, {@code content_type} if there
     * was one, and {@code body}: the bytes as they came if they are JSON on one line, else {@code body_base64}.
     */
    NDJSON("ndjson") {
        @Override
        byte[] of(WebhookEvent event) {
            byte[] body = event.body();
            ByteArrayOutputStream line = new ByteArrayOutputStream(body.length + 256);
            StringBuilder start = new StringBuilder(256);
            member(start.append('{'), "id", event.id());
            member(start.append(','), "endpoint", event.endpoint());
            member(start.append(','), "received_at", event.receivedAt().toString());
            String contentType = event.contentType();
            if (contentType != null) {
                member(start.append(','), "content_type", contentType);
            }
            boolean asItIs = isOneLine(body) && CHECK.problem(body) == null;
            line.writeBytes(utf8(start.append(asItIs ? ",\"body\":" : ",\"body_base64\":\"")));
            line.writeBytes(asItIs ? body : Base64.getEncoder().encode(body));
            line.writeBytes(utf8(asItIs ? "}\n" : "\"}\n"));
            return line.toByteArray();
        }
    },
    /**
     * Binary, all numbers big-endian: the length of what follows the checksum (4 bytes), its CRC-32C (4 bytes), the id
     * (36 bytes of ASCII), the body.
     */
    FRAMES("frames") {
        @Override
        byte[] of(WebhookEvent event) {
            byte[] id = utf8(event.id());
            byte[] body = event.body();
            CRC32C checksum = new CRC32C();
            checksum.update(id);
            checksum.update(body);
            return ByteBuffer.allocate(2 * Integer.BYTES + id.length + body.length)
                    .putInt(id.length + body.length)
                    .putInt((int) checksum.getValue())
                    .put(id)
                    .put(body)
                    .array();
        }
    };

    private static final JsonCheck CHECK = new JsonCheck(PayloadLimits.defaults());

    private final String key;

    EventRecord(String key) {
        this.key = key;
    }

    /** Returns the value of {@code format}, which is the extension of files, too. */
    String key() {
        return key;
    }

    /** Returns the bytes to append. */
    abstract byte[] of(WebhookEvent event);

    private static void member(StringBuilder json, String name, String value) {
        json.append('"').append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, json);
        json.append('"');
    }

    private static boolean isOneLine(byte[] body) {
        for (byte b : body) {
            if (b == '\n' || b == '\r') {
                return false;
            }
        }
        return true;
    }

    private static byte[] utf8(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}

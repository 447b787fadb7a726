package org.corewebhook.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;
import org.java_websocket.framing.BinaryFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.FramedataImpl1;
import org.java_websocket.framing.TextFrame;

/**
 * Makes the message of an event: an envelope in JSON, or the bare bytes.
 *
 * @param envelope whether {@code {"payload":...}} is around the body
 * @param includeHeaders whether the envelope has the request's headers
 * @param includeId whether the envelope has the event's id
 */
record EventFrames(boolean envelope, boolean includeHeaders, boolean includeId) {

    /** Whatever passed the receiver is fine here: only whether it is JSON counts. */
    private static final JsonCheck JSON = new JsonCheck(new PayloadLimits(Integer.MAX_VALUE, Integer.MAX_VALUE));

    /** Escapes what is not ASCII, as the reference does; half a surrogate pair in a header is no failure then. */
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static EventFrames read(Settings settings) {
        String format = settings.string("format", "json").strip().toLowerCase(Locale.ROOT);
        boolean envelope = format.equals("json");
        if (!envelope && !format.equals("raw")) {
            settings.warning("format", "Is neither json nor raw and counts as raw");
        }
        return new EventFrames(envelope, settings.flag("include_headers", false), settings.flag("include_id", false));
    }

    /** Returns the message of the event; the body goes into it unchanged, or in base64 if it is not JSON. */
    Framedata frame(WebhookEvent event) {
        boolean json = JSON.problem(event.body()) == null;
        if (!envelope) {
            return with(json ? new TextFrame() : new BinaryFrame(), ByteBuffer.wrap(event.body()));
        }
        List<byte[]> parts = new ArrayList<>();
        parts.add(ascii(json ? "{\"payload\":" : "{\"payload_base64\":\""));
        parts.add(json ? event.body() : Base64.getEncoder().encode(event.body()));
        parts.add(ascii(json ? "" : "\""));
        if (includeHeaders) {
            parts.add(ascii(",\"headers\":" + text(event.headers().toMap())));
        }
        if (includeId) {
            parts.add(ascii(",\"id\":" + text(event.id())));
        }
        parts.add(ascii("}"));
        return with(new TextFrame(), joined(parts));
    }

    private static Framedata with(FramedataImpl1 frame, ByteBuffer payload) {
        frame.setPayload(payload);
        return frame;
    }

    private static ByteBuffer joined(List<byte[]> parts) {
        ByteBuffer joined =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(joined::put);
        return joined.flip();
    }

    private static String text(Object value) {
        try {
            return MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}

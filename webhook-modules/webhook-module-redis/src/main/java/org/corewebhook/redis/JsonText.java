package org.corewebhook.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;

/** JSON as the outputs write it: in ASCII, so that every header value survives. */
final class JsonText {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** The depth is what a Python reader can bear; it is beyond what the receiver lets in. */
    private static final JsonCheck CHECK = new JsonCheck(new PayloadLimits(200, Integer.MAX_VALUE));

    private JsonText() {}

    /** Tells whether the endpoint takes JSON; what stands there is checked by the receiver. */
    static boolean isDataTypeOf(Settings moduleConfig) {
        Settings endpoint = moduleConfig.enclosing();
        return !endpoint.has("data_type") || !"blob".equalsIgnoreCase(endpoint.string("data_type"));
    }

    /** Tells whether the bytes are one JSON value in UTF-8. */
    static boolean is(byte[] body) {
        return CHECK.problem(body) == null;
    }

    /** Returns the texts as a JSON object. */
    static byte[] of(Map<String, String> texts) {
        return write(texts);
    }

    /** Returns the text as a JSON string. */
    static byte[] of(String text) {
        return write(text);
    }

    private static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts can always be written as JSON", e);
        }
    }
}

package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.corewebhook.WebhookRequest;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;
import org.jspecify.annotations.Nullable;

/**
 * The small JSON bodies of handshakes. Events pass by cheaply: a body is parsed only if it is short and the word that
 * makes it a handshake stands in it.
 */
final class JsonBody {

    private static final int MAX_BYTES = 16 * 1024;
    private static final JsonCheck STRICT = new JsonCheck(PayloadLimits.defaults());
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonBody() {}

    /**
     * Returns the body of a POST if it is a short JSON object or array in which the ASCII word occurs, or else a
     * missing node. A name that occurs twice makes it none: readers disagree about what that means.
     */
    static JsonNode with(String word, WebhookRequest request) {
        if (!request.method().equals("POST") || request.declaredLength() > MAX_BYTES) {
            return MissingNode.getInstance();
        }
        byte[] body = request.body();
        if (body.length > MAX_BYTES || !contains(body, word.getBytes(StandardCharsets.US_ASCII))) {
            return MissingNode.getInstance();
        }
        return parse(body);
    }

    /** Returns a member that is a text, or null. */
    static @Nullable String text(JsonNode object, String name) {
        return object.path(name).textValue();
    }

    /** Tells whether these characters are a JSON value. */
    static boolean isJson(String text) {
        return STRICT.problem(text.getBytes(StandardCharsets.UTF_8)) == null;
    }

    private static JsonNode parse(byte[] body) {
        if (STRICT.problem(body) != null) {
            return MissingNode.getInstance();
        }
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance(); // no handshake; the validators and the payload check judge the body
        }
    }

    private static boolean contains(byte[] body, byte[] word) {
        int last = body.length - word.length;
        for (int start = 0; start <= last; start++) {
            int i = 0;
            while (i < word.length && body[start + i] == word[i]) {
                i++;
            }
            if (i == word.length) {
                return true;
            }
        }
        return false;
    }
}

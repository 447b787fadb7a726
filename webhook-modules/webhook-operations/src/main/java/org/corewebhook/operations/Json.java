package org.corewebhook.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Map;
import org.corewebhook.WebhookResponse;

/** Answers in JSON, made of maps, lists, texts and numbers, that no cache keeps. */
final class Json {

    private Json() {}

    /** Made when it is first needed: a start without it is a quarter of a second faster. */
    private static final class Mapper {
        static final ObjectMapper INSTANCE = new ObjectMapper();
    }

    /** Returns an answer that is always the same, given as JSON. */
    static WebhookResponse fixed(String json) {
        return WebhookResponse.json(200, json).with("Cache-Control", "no-store");
    }

    static WebhookResponse answer(Map<String, ?> content) {
        try {
            return fixed(Mapper.INSTANCE.writeValueAsString(content));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}

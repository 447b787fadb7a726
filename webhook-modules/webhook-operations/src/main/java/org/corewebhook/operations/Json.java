package org.corewebhook.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Map;
import org.corewebhook.WebhookResponse;

/** Answers in JSON, made of maps, lists, texts and numbers, that no cache keeps. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static WebhookResponse answer(Map<String, ?> content) {
        try {
            return WebhookResponse.json(200, MAPPER.writeValueAsString(content)).with("Cache-Control", "no-store");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}

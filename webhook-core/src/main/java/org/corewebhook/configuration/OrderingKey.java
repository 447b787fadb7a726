package org.corewebhook.configuration;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;
import org.corewebhook.WebhookEvent;
import org.corewebhook.payload.JsonPlace;
import org.corewebhook.store.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * What events have in common that must arrive in order: {@code "ordering_key": "/order/id"} (a JSON pointer, RFC 6901,
 * also as {@code {"pointer": "/order/id"}}) or {@code {"header": "X-Order"}}. Immutable and thread-safe.
 */
public final class OrderingKey {

    private static final String KEY = "ordering_key";

    private final Function<WebhookEvent, @Nullable String> text;

    private OrderingKey(Function<WebhookEvent, @Nullable String> text) {
        this.text = text;
    }

    /** Returns the key that events have in this place of their payload. */
    static OrderingKey pointer(JsonPointer pointer) {
        JsonPlace place = new JsonPlace(pointer);
        return new OrderingKey(event -> place.in(event.body()));
    }

    /** Returns the key that events have in the first header of this name. */
    static OrderingKey header(String name) {
        return new OrderingKey(event -> event.headers().first(name));
    }

    /** Reads {@code ordering_key}; null if it is absent or wrong. */
    static @Nullable OrderingKey read(Settings endpoint) {
        JsonNode value = endpoint.json(KEY);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            JsonPointer pointer = endpoint.pointer(KEY);
            return pointer == null ? null : pointer(pointer);
        }
        Settings settings = endpoint.object(KEY);
        JsonPointer pointer = settings.pointer("pointer");
        String header = settings.string("header");
        UnknownKeys.refuse(settings);
        if (settings.has("pointer") == settings.has("header")) {
            endpoint.problem(KEY, "Say one of pointer and header, for example {\"header\": \"X-Order\"}");
            return null;
        }
        if (header != null) {
            return header(settings.requireString("header"));
        }
        return pointer == null ? null : pointer(pointer);
    }

    /**
     * Returns a hash of the event's key, or {@link EventStore#NO_KEY} if it has none. Two keys of one hash, one pair in
     * 2^64, are delivered in order without need.
     */
    public long of(WebhookEvent event) {
        String key = text.apply(event);
        if (key == null) {
            return EventStore.NO_KEY;
        }
        long hash = ByteBuffer.wrap(sha256().digest(key.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return hash == EventStore.NO_KEY ? 1 : hash;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

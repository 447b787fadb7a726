package org.corewebhook.kafka;

import com.fasterxml.jackson.core.JsonPointer;
import java.nio.charset.StandardCharsets;
import org.corewebhook.configuration.Settings;
import org.corewebhook.payload.JsonPlace;
import org.jspecify.annotations.Nullable;

/** Tells the key of a record: none, the same for all, or a value in the payload. Immutable and thread-safe. */
sealed interface RecordKey {

    /** Returns the key for a body, or null for none. */
    byte @Nullable [] of(byte[] body);

    /** Reads {@code key}; a text that starts with a slash is a JSON pointer (RFC 6901). */
    static RecordKey read(Settings settings) {
        String text = settings.string("key");
        if (text == null || text.isEmpty()) {
            return new Constant(null);
        }
        if (!text.startsWith("/")) {
            return new Constant(text.getBytes(StandardCharsets.UTF_8));
        }
        return new Place(new JsonPlace(JsonPointer.compile(text)));
    }

    /** The same key for all records, or none. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Constant(byte @Nullable [] key) implements RecordKey {
        @Override
        public byte @Nullable [] of(byte[] body) {
            return key;
        }
    }

    /** What stands in a certain place of the payload; none if there is nothing, or if the payload is not JSON. */
    record Place(JsonPlace place) implements RecordKey {
        @Override
        public byte @Nullable [] of(byte[] body) {
            String value = place.in(body);
            return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        }
    }
}

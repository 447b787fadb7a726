package org.corewebhook.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.corewebhook.configuration.Settings;
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
        return new Pointer(JsonPointer.compile(text));
    }

    /** The same key for all records, or none. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Constant(byte @Nullable [] key) implements RecordKey {
        @Override
        public byte @Nullable [] of(byte[] body) {
            return key;
        }
    }

    /**
     * The text, number, true or false in a certain place of the payload; none if there is nothing of the kind, or if
     * the payload is not JSON up to there. Numbers are taken as they are written. Of several members of one name the
     * first counts: what comes after the place is never read.
     */
    record Pointer(JsonPointer place) implements RecordKey {

        /**
         * Far beyond Jackson's limits, so that no key is lost behind a long number, but what is kept has its bounds.
         */
        private static final JsonFactory FACTORY = new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(10_000)
                        .maxNumberLength(1 << 20)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(1 << 20)
                        .build())
                .build();

        @Override
        public byte @Nullable [] of(byte[] body) {
            // A reader, because Jackson would take UTF-16 and UTF-32 for JSON when it is given bytes.
            Reader reader = new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8);
            try (JsonParser parser = FACTORY.createParser(reader)) {
                String value = find(parser);
                return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
            } catch (IOException e) {
                return null; // not JSON: said in the contract, and no reason not to deliver the bytes
            }
        }

        private @Nullable String find(JsonParser parser) throws IOException {
            JsonPointer rest = place;
            JsonToken token = parser.nextToken();
            while (!rest.matches()) {
                boolean inside = token == JsonToken.START_OBJECT
                        ? enterMember(parser, rest.getMatchingProperty())
                        : token == JsonToken.START_ARRAY && enterItem(parser, rest.getMatchingIndex());
                if (!inside) {
                    return null;
                }
                token = parser.currentToken();
                rest = rest.tail();
            }
            return token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
        }

        private static boolean enterMember(JsonParser parser, String name) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(name);
                parser.nextToken();
                if (found) {
                    return true;
                }
                parser.skipChildren();
            }
            return false;
        }

        private static boolean enterItem(JsonParser parser, int index) throws IOException {
            int position = 0;
            while (index >= 0 && parser.nextToken() != JsonToken.END_ARRAY) {
                if (position == index) {
                    return true;
                }
                parser.skipChildren();
                position++;
            }
            return false;
        }
    }
}

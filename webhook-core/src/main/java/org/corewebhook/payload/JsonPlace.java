package org.corewebhook.payload;

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
import org.jspecify.annotations.Nullable;

/**
 * A place in payloads, named by a JSON pointer (RFC 6901): the text, number, true or false that stands there.
 *
 * <p>Numbers are taken as they are written. Of several members of one name the first counts: what comes after the place
 * is never read. Immutable and thread-safe.
 *
 * @param pointer where to look
 */
public record JsonPlace(JsonPointer pointer) {

    /** Far beyond Jackson's limits, so that nothing is lost behind a long number, but what is kept has its bounds. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(10_000)
                    .maxNumberLength(1 << 20)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(1 << 20)
                    .build())
            .build();

    /** Returns what stands there, or null if there is nothing of the kind or the body is not JSON up to there. */
    public @Nullable String in(byte[] body) {
        // A reader, because Jackson would take UTF-16 and UTF-32 for JSON when it is given bytes.
        Reader reader = new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8);
        try (JsonParser parser = FACTORY.createParser(reader)) {
            return find(parser);
        } catch (IOException e) {
            return null; // not JSON: said in the contract
        }
    }

    private @Nullable String find(JsonParser parser) throws IOException {
        JsonPointer rest = pointer;
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

package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;
import org.jspecify.annotations.Nullable;

/**
 * Parses JSON that is not trusted: within the limits of payloads, strict UTF-8, one value, no name twice in an object,
 * numbers of at most {@value #MAX_NUMBER_CHARS} characters. Thread-safe.
 */
final class StrictJson {

    /** Longer numbers take long to compare. */
    static final int MAX_NUMBER_CHARS = 1000;

    private static final PayloadLimits LIMITS = PayloadLimits.defaults();
    private static final JsonCheck CHECK = new JsonCheck(LIMITS);
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .maxNestingDepth(LIMITS.maxDepth() + 1)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** Returns what core's check says about the bytes, as a text for the sender, or null if they are one JSON value. */
    static @Nullable String problem(byte[] json) {
        return CHECK.problem(json);
    }

    /** Returns the value, or null if the bytes are not one JSON value within the limits. */
    static @Nullable JsonNode parse(byte[] json) {
        if (problem(json) != null) {
            return null;
        }
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            return null; // a name given twice, or an endless number
        }
    }
}

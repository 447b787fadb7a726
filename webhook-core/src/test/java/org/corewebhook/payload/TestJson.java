package org.corewebhook.payload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Random JSON, and Jackson as an independent judge of what is JSON. */
final class TestJson {

    static final ObjectMapper MAPPER = JsonMapper.builder().build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(10_000)
                        .maxNumberLength(100_000)
                        .build());
    }

    private TestJson() {}

    /** Tells whether the bytes are UTF-8 by the JDK's decoder, and one JSON value by Jackson's parser for text. */
    static boolean isJson(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return !text.startsWith("\uFEFF") && isOneValue(text);
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isOneValue(String text) {
        try (JsonParser parser = MAPPER.getFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.getText();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Arbitrary<JsonNode> trees(List<String> names) {
        Arbitrary<JsonNode> texts = Arbitraries.strings()
                .withChars("ab\"\\/\n\té漢,:{}[]")
                .ofMaxLength(6)
                .map(JsonNodeFactory.instance::textNode);
        Arbitrary<JsonNode> scalars = Arbitraries.oneOf(
                texts,
                Arbitraries.integers().map(JsonNodeFactory.instance::numberNode),
                Arbitraries.doubles().between(-9, 9).map(JsonNodeFactory.instance::numberNode),
                Arbitraries.of(true, false).map(JsonNodeFactory.instance::booleanNode),
                Arbitraries.just(JsonNodeFactory.instance.nullNode()));
        return trees(scalars, names, 3);
    }

    private static Arbitrary<JsonNode> trees(Arbitrary<JsonNode> scalars, List<String> names, int depth) {
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<JsonNode> below = trees(scalars, names, depth - 1);
        Arbitrary<JsonNode> arrays = below.list()
                .ofMaxSize(4)
                .map(items -> JsonNodeFactory.instance.arrayNode().addAll(items));
        Arbitrary<JsonNode> objects = Arbitraries.maps(Arbitraries.of(names), below)
                .ofMaxSize(4)
                .map(members -> JsonNodeFactory.instance.objectNode().setAll(members));
        return Arbitraries.oneOf(scalars, arrays, objects, objects);
    }
}

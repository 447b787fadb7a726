package org.corewebhook.configuration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration as a JSON object, with the line of every value.
 *
 * @param name the file name, or {@code builder}
 * @param root the object
 * @param lines from JSON pointer to line; empty if there is no file
 * @param duplicates pointers of keys that stand twice; the last one counts, as in the reference
 */
record JsonSource(String name, ObjectNode root, Map<String, Integer> lines, List<String> duplicates) {

    private static final int MAX_DEPTH = 100;
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Returns a source without a file behind it. */
    static JsonSource of(String name, ObjectNode root) {
        return new JsonSource(name, root, Map.of(), List.of());
    }

    /** Reads a file that must exist and hold one JSON object. */
    static JsonSource read(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            return parse(name, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw unusable(
                    name, 0, "The file " + file.toAbsolutePath() + " does not exist: create it, or name another");
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw unusable(name, line, "Not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw unusable(name, 0, "The file " + file.toAbsolutePath() + " cannot be read: " + e);
        }
    }

    /** Parses the bytes of a file. */
    static JsonSource parse(String name, byte[] bytes) throws IOException {
        Reader reader = new Reader();
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw unusable(name, 1, "The file is empty: it must hold one JSON object, at least {}");
            }
            JsonNode root = reader.value(parser, "", 0);
            if (parser.nextToken() != null) {
                int line = parser.currentTokenLocation().getLineNr();
                throw unusable(name, line, "There is more after the end of the JSON object");
            }
            if (!(root instanceof ObjectNode object)) {
                throw unusable(name, 1, "Must hold one JSON object, from name to settings");
            }
            return new JsonSource(name, object, reader.lines, reader.duplicates);
        }
    }

    /** Returns the line of the value at this pointer, or of what holds it, or 0. */
    int line(String pointer) {
        String at = pointer;
        Integer line = lines.get(at);
        while (line == null && !at.isEmpty()) {
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
            line = lines.get(at);
        }
        return line == null ? 0 : line;
    }

    /** Returns the pointer to a member of the value at {@code parent} (RFC 6901). */
    static String child(String parent, String key) {
        return parent + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    private static ConfigurationException unusable(String name, int line, String message) {
        return new ConfigurationException(List.of(new Problem(Problem.Severity.PROOF, name, "/", line, message)));
    }

    /** Builds the tree and notes lines and duplicates, which Jackson's own tree does not keep. */
    private static final class Reader {

        private final Map<String, Integer> lines = new HashMap<>();
        private final List<String> duplicates = new ArrayList<>();

        JsonNode value(JsonParser parser, String pointer, int depth) throws IOException {
            lines.put(pointer, parser.currentTokenLocation().getLineNr());
            if (depth > MAX_DEPTH) {
                throw new com.fasterxml.jackson.core.JsonParseException(
                        parser, "nested deeper than " + MAX_DEPTH + " levels");
            }
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (parser.currentToken()) {
                case START_OBJECT -> object(parser, pointer, depth);
                case START_ARRAY -> array(parser, pointer, depth);
                case VALUE_STRING -> nodes.textNode(parser.getText());
                case VALUE_NUMBER_INT -> nodes.numberNode(parser.getBigIntegerValue());
                case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDoubleValue());
                case VALUE_TRUE -> nodes.booleanNode(true);
                case VALUE_FALSE -> nodes.booleanNode(false);
                default -> nodes.nullNode();
            };
        }

        private ObjectNode object(JsonParser parser, String pointer, int depth) throws IOException {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                String at = child(pointer, key);
                JsonNode replaced = object.replace(key, value(parser, at, depth + 1));
                if (replaced != null) {
                    duplicates.add(at);
                }
            }
            return object;
        }

        private ArrayNode array(JsonParser parser, String pointer, int depth) throws IOException {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser, pointer + "/" + array.size(), depth + 1));
            }
            return array;
        }
    }
}

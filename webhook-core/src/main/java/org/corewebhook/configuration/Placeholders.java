package org.corewebhook.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables in the place of {@code {$NAME}} and {@code {$NAME:default}}, anywhere in a string, also in
 * lists. A value is never altered. A variable that is not set and has no default is a problem of the value that names
 * it, never a literal text that somebody could guess.
 */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\$(\\w+)(?::([^}]*))?}");

    private final UnaryOperator<@Nullable String> environment;
    private final Map<String, String> unset = new HashMap<>();

    Placeholders(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    /** Returns the source with all placeholders resolved. */
    Resolved resolve(JsonSource source) {
        ObjectNode root = (ObjectNode) resolve(source.root(), "");
        return new Resolved(
                new JsonSource(source.name(), root, source.lines(), source.duplicates()), Map.copyOf(unset));
    }

    /**
     * A source without placeholders.
     *
     * @param unset from the pointer of a value to the name of the variable that it needs and that is not set
     */
    record Resolved(JsonSource source, Map<String, String> unset) {}

    private JsonNode resolve(JsonNode node, String pointer) {
        if (!hasPlaceholder(node)) {
            return node; // most have none, and there may be 100,000 of them
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(entry -> copy.set(
                            entry.getKey(), resolve(entry.getValue(), JsonSource.child(pointer, entry.getKey()))));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> copy.add(resolve(item, pointer + "/" + copy.size())));
            return copy;
        }
        return JsonNodeFactory.instance.textNode(replace(node.textValue(), pointer));
    }

    private static boolean hasPlaceholder(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().contains("{$");
        }
        for (JsonNode child : node) {
            if (hasPlaceholder(child)) {
                return true;
            }
        }
        return false;
    }

    private String replace(String text, String pointer) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder replaced = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            String value = environment.apply(name);
            if (value == null) {
                value = matcher.group(2);
            }
            if (value == null) {
                unset.putIfAbsent(pointer, name);
                value = "";
            }
            matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(replaced).toString();
    }
}

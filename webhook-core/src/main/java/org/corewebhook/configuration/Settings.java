package org.corewebhook.configuration;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.corewebhook.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A typed view of one JSON object of the configuration.
 *
 * <p>Every reader notes what is wrong with its value (file, path, line) and returns something usable, so that all
 * problems are found in one go; what was made from settings with problems is thrown away. A value that is {@code null}
 * counts as absent. Text is converted where a number or a boolean is wanted, because environment variables are text.
 * Keys that nobody has read are unknown keys. Used by one thread, while the configuration is read.
 */
public final class Settings {

    private final Scope scope;
    private final ObjectNode node;
    private final String pointer;
    private final @Nullable Settings enclosing;
    private final Set<String> read = new LinkedHashSet<>();
    private final Map<String, Settings> children = new LinkedHashMap<>();
    private final List<Settings> views = new ArrayList<>();

    Settings(Scope scope, ObjectNode node, String pointer, @Nullable Settings enclosing) {
        this.scope = scope;
        this.node = node;
        this.pointer = pointer;
        this.enclosing = enclosing;
    }

    /** What all settings of one part of the configuration share. */
    record Scope(
            JsonSource source, Map<String, String> unset, Clock clock, Problem.Severity severity, Problems problems) {

        Scope with(Problem.Severity other, Problems into) {
            return new Scope(source, unset, clock, other, into);
        }

        void problem(Problem.Severity weight, String at, String message) {
            problems.add(new Problem(weight, source.name(), at, source.line(at), message));
        }
    }

    /**
     * Returns settings that are not in a file, for tests of modules and validators: problems end up in
     * {@link #problems()}.
     */
    public static Settings of(Map<String, ?> values) {
        return of(values, Clock.systemUTC());
    }

    /** Returns settings that are not in a file, with a clock that the test advances. */
    public static Settings of(Map<String, ?> values, Clock clock) {
        ObjectNode root = (ObjectNode) JsonTree.of(values);
        JsonSource source = JsonSource.of("settings", root);
        Scope scope = new Scope(source, Map.of(), clock, Problem.Severity.DESTINATION, new Problems());
        return new Settings(scope, root, "", null);
    }

    /** Returns the receiver's clock, for what is made from these settings. */
    public Clock clock() {
        return scope.clock();
    }

    /** Returns the problems that were found so far. */
    public List<Problem> problems() {
        return scope.problems().all();
    }

    /** Tells whether the key is there and not null. */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** Returns the settings around these, for example those of the endpoint around a {@code module-config}. */
    public Settings enclosing() {
        return enclosing == null
                ? new Settings(scope, JsonNodeFactory.instance.objectNode(), pointer, null)
                : enclosing;
    }

    /** Notes that something is wrong with the value of a key. Say what to do; never quote a secret. */
    public void problem(String key, String message) {
        scope.problem(scope.severity(), at(key), message);
    }

    /** Notes something that is no reason not to start. */
    public void warning(String key, String message) {
        scope.problem(Problem.Severity.WARNING, at(key), message);
    }

    /** Returns the text, or null if the key is absent. */
    public @Nullable String string(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            problem(key, "Must be a text in quotes, not " + kind(value));
            return null;
        }
        return value.textValue();
    }

    /** Returns the text, or the default if the key is absent. */
    public String string(String key, String defaultValue) {
        String value = string(key);
        return value == null ? defaultValue : value;
    }

    /** Returns the text; a problem if it is absent or blank. */
    public String requireString(String key) {
        String value = string(key);
        if (value == null || value.isBlank()) {
            missing(key, value == null ? "Is missing" : "Must not be empty");
            return "";
        }
        return value;
    }

    /** Returns the secret, or null if the key is absent; a problem if it is blank, which would prove nothing. */
    public @Nullable Secret secret(String key) {
        return has(key) ? requireSecret(key) : null;
    }

    /** Returns the secret; a problem if it is absent or blank. */
    public Secret requireSecret(String key) {
        return Secret.of(requireString(key));
    }

    /** Returns one of the allowed values, compared without regard to case, as it stands in the list. */
    public String oneOf(String key, String defaultValue, String... allowed) {
        String value = string(key);
        if (value == null) {
            return defaultValue;
        }
        for (String candidate : allowed) {
            if (candidate.equalsIgnoreCase(value.strip())) {
                return candidate;
            }
        }
        problem(key, "Must be one of " + String.join(", ", allowed));
        return defaultValue;
    }

    /** Returns the whole number, or the default if the key is absent; a problem outside of {@code min..max}. */
    public long integer(String key, long defaultValue, long min, long max) {
        BigDecimal value = decimal(key);
        if (value == null) {
            return defaultValue;
        }
        try {
            long number = value.longValueExact();
            if (number >= min && number <= max) {
                return number;
            }
        } catch (ArithmeticException e) {
            problem(key, "Must be a whole number from " + min + " to " + max);
            return defaultValue;
        }
        problem(key, "Must be from " + min + " to " + max);
        return defaultValue;
    }

    /** Returns the whole number as an int; see {@link #integer}. */
    public int count(String key, int defaultValue, int min, int max) {
        return (int) integer(key, defaultValue, min, max);
    }

    /** Returns the number, or the default if the key is absent; a problem outside of {@code min..max}. */
    public double number(String key, double defaultValue, double min, double max) {
        BigDecimal value = decimal(key);
        if (value == null) {
            return defaultValue;
        }
        double number = value.doubleValue();
        if (number < min || number > max) {
            problem(key, "Must be from " + plain(min) + " to " + plain(max));
            return defaultValue;
        }
        return number;
    }

    /** Returns true or false, or the default if the key is absent. */
    public boolean flag(String key, boolean defaultValue) {
        JsonNode value = value(key);
        if (value == null) {
            return defaultValue;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        String text = value.isTextual() ? value.textValue().strip().toLowerCase(Locale.ROOT) : "";
        return switch (text) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> {
                problem(key, "Must be true or false, not " + kind(value));
                yield defaultValue;
            }
        };
    }

    /**
     * Returns a length of time: a number of seconds ({@code 30}, {@code 0.5}) or a number with a unit ({@code "250ms"},
     * {@code "5s"}, {@code "10m"}, {@code "2h"}, {@code "7d"}); a problem outside of {@code min..max}.
     */
    public Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
        JsonNode value = value(key);
        if (value == null) {
            return defaultValue;
        }
        Duration duration = Quantities.duration(value.isTextual() || value.isNumber() ? value.asText() : "");
        if (duration == null) {
            problem(key, "Must be a number of seconds, or a text such as \"250ms\", \"5s\", \"10m\", \"2h\", \"7d\"");
            return defaultValue;
        }
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            problem(key, "Must be from " + Quantities.text(min) + " to " + Quantities.text(max));
            return defaultValue;
        }
        return duration;
    }

    /** Returns a number of bytes: {@code 1048576} or {@code "1MiB"}; a problem outside of {@code min..max}. */
    public long size(String key, long defaultValue, long min, long max) {
        JsonNode value = value(key);
        if (value == null) {
            return defaultValue;
        }
        Long size = Quantities.bytes(value.isTextual() || value.isNumber() ? value.asText() : "");
        if (size == null || size < min || size > max) {
            problem(key, "Must be a number of bytes from " + min + " to " + max + ", or a text such as \"64KiB\"");
            return defaultValue;
        }
        return size;
    }

    /** Returns an absolute URI with a host and one of these schemes; a problem if it is absent. */
    public URI requireUri(String key, String... schemes) {
        String text = requireString(key);
        try {
            URI uri = new URI(text.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (Arrays.asList(schemes).contains(scheme) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // its message would quote the value, which may hold a password: the problem below says enough
        }
        if (!text.isBlank()) {
            problem(key, "Must be a URL with a host that starts with " + String.join(":// or ", schemes) + "://");
        }
        return URI.create("invalid:/");
    }

    /** Returns the texts of a list; empty if the key is absent. A single text counts as a list of one. */
    public List<String> strings(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        if (!(value instanceof ArrayNode array)) {
            problem(key, "Must be a list of texts, not " + kind(value));
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            reportUnset(at(key) + "/" + i);
            if (array.get(i).isTextual()) {
                texts.add(array.get(i).textValue());
            } else {
                problem(key, "Must be a list of texts; item " + i + " is " + kind(array.get(i)));
            }
        }
        return texts;
    }

    /** Returns an object of texts in order; empty if the key is absent. Numbers and booleans become text. */
    public Map<String, String> stringMap(String key) {
        Map<String, String> map = new LinkedHashMap<>();
        ObjectNode object = objectNode(key);
        if (object != null) {
            object.properties().forEach(entry -> {
                reportUnset(JsonSource.child(at(key), entry.getKey()));
                if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                    map.put(entry.getKey(), entry.getValue().asText());
                } else {
                    problem(key, "Must be an object of texts; " + entry.getKey() + " is " + kind(entry.getValue()));
                }
            });
        }
        return map;
    }

    /** Returns the settings under a key; empty ones if it is absent. The same ones on every call. */
    public Settings object(String key) {
        Settings opened = children.get(key);
        if (opened == null) {
            ObjectNode object = objectNode(key);
            ObjectNode content = object == null ? JsonNodeFactory.instance.objectNode() : object;
            opened = new Settings(scope, content, at(key), this);
            children.put(key, opened);
        }
        return opened;
    }

    /** Returns the settings of each object in a list; empty if the key is absent. */
    public List<Settings> objects(String key) {
        JsonNode value = value(key);
        List<Settings> objects = new ArrayList<>();
        if (value != null && !(value instanceof ArrayNode)) {
            problem(key, "Must be a list of objects, not " + kind(value));
        }
        if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof ObjectNode object) {
                    objects.add(new Settings(scope, object, at(key) + "/" + i, this));
                } else {
                    problem(key, "Must be a list of objects; item " + i + " is " + kind(array.get(i)));
                }
            }
        }
        objects.forEach(settings -> children.put(settings.pointer, settings));
        return objects;
    }

    /** Returns a JSON pointer (RFC 6901) such as {@code /order/id}, or null if the key is absent. */
    public @Nullable JsonPointer pointer(String key) {
        String text = string(key);
        if (text == null) {
            return null;
        }
        if (!text.startsWith("/")) {
            problem(key, "Must be a JSON pointer such as /order/id");
            return null;
        }
        return JsonPointer.compile(text);
    }

    /** Returns the JSON under a key as it stands, or null if it is absent. Placeholders are resolved. */
    public @Nullable JsonNode json(String key) {
        JsonNode value = value(key);
        return value == null ? null : value.deepCopy();
    }

    /** Returns the path of this object in the file (RFC 6901). */
    String pointer() {
        return pointer;
    }

    ObjectNode node() {
        return node;
    }

    /** The same object with problems of another weight, collected elsewhere; what it reads counts as read here. */
    Settings as(Problem.Severity severity, Problems into) {
        Settings view = new Settings(scope.with(severity, into), node, pointer, enclosing);
        views.add(view);
        return view;
    }

    /** The same object by itself: what is read through it counts nowhere else, so that it can be forgotten. */
    Settings apart(Problem.Severity severity, Problems into) {
        return new Settings(scope.with(severity, into), node, pointer, enclosing);
    }

    /** Marks a key as known without reading it. */
    void known(String... keys) {
        read.addAll(Arrays.asList(keys));
    }

    /** Returns the keys that are there and that nobody has read. */
    List<String> unread() {
        Set<String> known = keysRead();
        List<String> unread = new ArrayList<>();
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                unread.add(key);
            }
        });
        return unread;
    }

    /** Returns the keys that were read, present or not. */
    Set<String> keysRead() {
        Set<String> keys = new LinkedHashSet<>(read);
        views.forEach(view -> keys.addAll(view.keysRead()));
        return keys;
    }

    /** Returns the settings below these that were opened, also through views. */
    List<Settings> opened() {
        List<Settings> below = new ArrayList<>(children.values());
        views.forEach(view -> below.addAll(view.opened()));
        return below;
    }

    private @Nullable JsonNode value(String key) {
        read.add(key);
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        reportUnset(at(key));
        return value;
    }

    private @Nullable ObjectNode objectNode(String key) {
        JsonNode value = value(key);
        if (value == null || value instanceof ObjectNode) {
            return (ObjectNode) value;
        }
        problem(key, "Must be an object in braces, not " + kind(value));
        return null;
    }

    private @Nullable BigDecimal decimal(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return null;
        }
        try {
            if (value.isNumber() || value.isTextual()) {
                return new BigDecimal(value.asText().strip());
            }
        } catch (NumberFormatException e) {
            // not quoted: a variable in the wrong place may be a secret
        }
        problem(key, "Must be a number, not " + kind(value));
        return null;
    }

    private void missing(String key, String message) {
        if (!scope.unset().containsKey(at(key))) {
            problem(key, message);
        }
    }

    private void reportUnset(String at) {
        String variable = scope.unset().get(at);
        if (variable != null) {
            String message = "The environment variable " + variable + " is not set: set it, or give a default with {$"
                    + variable + ":default}";
            scope.problem(scope.severity(), at, message);
        }
    }

    private String at(String key) {
        return JsonSource.child(pointer, key);
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "null";
        };
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** Names the place only: values may be secrets. */
    @Override
    public String toString() {
        return scope.source().name() + " " + pointer;
    }
}

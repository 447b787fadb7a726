package org.corewebhook.rabbitmq;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one output.
 *
 * @param appId what messages say about who published them, or null for nothing
 * @param timeout longest time of one call, opening the connection included
 */
record RabbitMqOptions(Route route, @Nullable String appId, Duration timeout) {

    private static final Pattern QUEUE_NAME = Pattern.compile("[A-Za-z0-9_\\-.:]{1,255}");

    /** A name that reads like a command of the protocol is refused, as the reference does. */
    private static final Pattern COMMAND = Pattern.compile(
            "(?:bind|cancel|consume|declare|delete|get|publish|purge|unbind)[._-].*", Pattern.CASE_INSENSITIVE);

    private static final String QUEUE_TYPE = "x-queue-type";
    private static final int MAX_SHORT_TEXT = 255;

    /**
     * Where messages go.
     *
     * @param exchange the exchange; empty for the default one, which leads to the queue named by the routing key
     * @param declare whether the queue is declared if the exchange is the default one
     * @param arguments of the queue's declaration
     */
    record Route(String exchange, String routingKey, boolean declare, Map<String, Object> arguments) {

        boolean toQueue() {
            return exchange.isEmpty();
        }

        @Override
        public String toString() {
            return toQueue() ? "queue " + routingKey : "exchange " + exchange + ", routing key " + routingKey;
        }
    }

    static RabbitMqOptions read(Settings settings) {
        Route route = settings.has("exchange") ? exchange(settings) : queue(settings);
        return new RabbitMqOptions(
                route,
                shortText(settings, "app_id", settings.string("app_id")),
                settings.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofMinutes(5)));
    }

    private static Route exchange(Settings settings) {
        String exchange = settings.requireString("exchange");
        for (String key : new String[] {"queue_name", "queue_type", "queue_arguments", "declare"}) {
            if (settings.has(key)) {
                settings.problem(key, "Does not go with exchange: whoever binds queues to it declares them");
            }
        }
        shortText(settings, "exchange", exchange);
        String key = shortText(settings, "routing_key", settings.string("routing_key", ""));
        return new Route(exchange, key == null ? "" : key, false, Map.of());
    }

    private static Route queue(Settings settings) {
        if (settings.has("routing_key")) {
            settings.problem("routing_key", "Goes with exchange only: a queue gets its messages under its own name");
        }
        String queue = queueName(settings);
        boolean declare = settings.flag("declare", true);
        return new Route("", queue, declare, arguments(settings));
    }

    private static String queueName(Settings settings) {
        Settings holder = settings.has("queue_name") ? settings : settings.enclosing();
        if (!holder.has("queue_name")) {
            settings.problem("queue_name", "Is missing: name a queue, here or beside module-config, or an exchange");
            return "";
        }
        String name = holder.requireString("queue_name");
        boolean allowed = QUEUE_NAME.matcher(name).matches()
                && !name.contains("..")
                && !name.contains("--")
                && !name.startsWith("amq.")
                && !COMMAND.matcher(name).matches();
        if (!allowed && !name.isBlank()) {
            holder.problem(
                    "queue_name",
                    "Must be made of at most 255 letters, digits, _ - . : without .. or --, and not start with amq."
                            + " or with a command such as get_ or publish.");
        }
        return name;
    }

    private static Map<String, Object> arguments(Settings settings) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        JsonNode given = settings.json("queue_arguments");
        if (given != null && !given.isObject()) {
            settings.problem("queue_arguments", "Must be an object in braces");
        } else if (given != null) {
            given.properties().forEach(entry -> {
                Object value = argument(entry.getValue());
                if (value == null) {
                    settings.problem(
                            "queue_arguments", entry.getKey() + " must be a whole number, a text, true or false");
                } else {
                    arguments.put(entry.getKey(), value);
                }
            });
        }
        if (settings.has("queue_type")) {
            if (arguments.containsKey(QUEUE_TYPE)) {
                settings.problem("queue_type", "Is already in queue_arguments as " + QUEUE_TYPE);
            }
            arguments.put(QUEUE_TYPE, settings.oneOf("queue_type", "classic", "classic", "quorum"));
        }
        return Map.copyOf(arguments);
    }

    private static @Nullable Object argument(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return value.canConvertToLong() && value.isIntegralNumber() ? (Object) value.longValue() : null;
    }

    private static @Nullable String shortText(Settings settings, String key, @Nullable String text) {
        if (text != null && text.getBytes(StandardCharsets.UTF_8).length > MAX_SHORT_TEXT) {
            settings.problem(key, "Must not be longer than 255 bytes");
        }
        return text;
    }
}

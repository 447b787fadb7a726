package org.corewebhook.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one connection.
 *
 * @param producer the settings of Kafka's producer; they may hold secrets
 * @param timeout longest time of a call
 */
record KafkaConnectionOptions(Map<String, Object> producer, Duration timeout) {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration MAX_LINGER = Duration.ofMillis(100);

    /** What the guarantee rests on, and what has a name of its own here. */
    private static final Set<String> OURS = Set.of(
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.CLIENT_ID_CONFIG,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.LINGER_MS_CONFIG,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            ProducerConfig.RETRIES_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.TRANSACTION_TWO_PHASE_COMMIT_ENABLE_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    static KafkaConnectionOptions read(Settings settings) {
        Duration timeout = settings.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        Map<String, Object> producer = new HashMap<>(defaults(timeout));
        String clientId = settings.string("client_id");
        if (clientId != null) {
            producer.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        }
        producer.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, readServers(settings));
        producer.put(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                settings.oneOf("compression", "none", "none", "gzip", "snappy", "lz4", "zstd"));
        producer.put(ProducerConfig.LINGER_MS_CONFIG, settings.integer("linger_ms", 0, 0, MAX_LINGER.toMillis()));
        addSecurity(settings, producer);
        addProperties(settings, producer);
        reportWhatKafkaRefuses(settings, producer);
        return new KafkaConnectionOptions(Map.copyOf(producer), timeout);
    }

    /**
     * Two fifths of a call's time are for handing records over: after the first of them no more are, and the last one
     * may have to wait for the topic or for memory for as long again. The other three are for those on their way; after
     * half of these a broker that does not answer is asked again on a new connection.
     */
    private static Map<String, Object> defaults(Duration timeout) {
        int fifth = (int) maxBlock(timeout).toMillis();
        return Map.ofEntries(
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5),
                Map.entry(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, fifth),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3 * fifth),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 3 * fifth / 2),
                Map.entry(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, fifth),
                Map.entry(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 3 * fifth),
                // Bodies of up to 32 MiB; whether a topic takes them is for the broker to say.
                Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 32 << 20),
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10),
                Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false));
    }

    private static Duration maxBlock(Duration timeout) {
        return timeout.dividedBy(5);
    }

    private static List<String> readServers(Settings settings) {
        List<String> servers = new ArrayList<>();
        for (String text : settings.strings("bootstrap_servers")) {
            for (String server : text.split(",", -1)) {
                if (!server.isBlank()) {
                    servers.add(server.strip());
                }
            }
        }
        if (!servers.isEmpty()) {
            return servers;
        }
        if (settings.has("bootstrap_servers")) {
            settings.problem("bootstrap_servers", "Must name at least one server: kafka1.example:9092");
        }
        return List.of("localhost:9092");
    }

    /** Whatever Kafka knows of {@code sasl.}, {@code ssl.} and {@code security.} may stand in the connection itself. */
    private static void addSecurity(Settings settings, Map<String, Object> producer) {
        for (String name : ProducerConfig.configNames()) {
            JsonNode value = isSecurity(name) ? settings.json(name) : null;
            if (value != null && value.isValueNode()) {
                producer.put(name, value.asText());
            } else if (value != null) {
                settings.problem(name, "Must be a text, a number, true or false");
            }
        }
    }

    private static void addProperties(Settings settings, Map<String, Object> producer) {
        settings.stringMap("properties").forEach((name, value) -> {
            if (OURS.contains(name)) {
                settings.problem(
                        "properties",
                        name + " is not for you to set: the guarantee rests on it, or the "
                                + "connection has a key for it");
            } else if (!isSecurity(name) && !ProducerConfig.configNames().contains(name)) {
                settings.problem("properties", "Kafka's producer has no setting " + name);
            } else {
                producer.put(name, value);
            }
        });
    }

    /** Says which values are wrong without what Kafka says about them: that quotes the value. */
    private static void reportWhatKafkaRefuses(Settings settings, Map<String, Object> producer) {
        Map<String, String> texts = new HashMap<>();
        producer.forEach((name, value) -> texts.put(
                name,
                value instanceof List<?> list
                        ? String.join(",", list.stream().map(String::valueOf).toList())
                        : value.toString()));
        texts.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, SharedProducer.SERIALIZER.getName());
        texts.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, SharedProducer.SERIALIZER.getName());
        for (ConfigValue value : ProducerConfig.configDef().validate(texts)) {
            if (!value.errorMessages().isEmpty()) {
                settings.problem(
                        placeOf(value.name(), settings),
                        value.name() + " has a value that Kafka does not take" + allowed(value.name()));
            }
        }
    }

    private static String placeOf(String name, Settings settings) {
        if (name.equals(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            return "bootstrap_servers";
        }
        return settings.has(name) ? name : "properties";
    }

    private static String allowed(String name) {
        ConfigDef.@Nullable ConfigKey key =
                ProducerConfig.configDef().configKeys().get(name);
        if (key == null) {
            return "";
        }
        String type = ": it must be a " + key.type.name().toLowerCase(Locale.ROOT);
        return key.validator == null ? type : type + ", " + key.validator;
    }

    private static boolean isSecurity(String name) {
        return name.startsWith("sasl.") || name.startsWith("ssl.") || name.startsWith("security.");
    }

    /** Returns the longest time that handing over one record may block. */
    Duration maxBlock() {
        return maxBlock(timeout);
    }

    /** Names the brokers only: other values may be secrets. */
    @Override
    public String toString() {
        return "Kafka at " + producer.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    }
}

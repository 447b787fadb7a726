package org.corewebhook.configuration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.Acknowledge;
import org.corewebhook.DataType;
import org.corewebhook.RetryPolicy;
import org.corewebhook.payload.CredentialCleanup;
import org.corewebhook.receipt.Idempotency;
import org.corewebhook.receipt.IdempotencyReader;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code webhooks.json}. Used by one thread, for one endpoint. */
final class EndpointReader {

    /** The ids that a path can name. */
    static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private static final Duration DEFAULT_ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MAX_RETAIN = Duration.ofDays(365);
    private static final int DEFAULT_PENDING_DELIVERED = 128;
    private static final int DEFAULT_PENDING_RECEIVED = 10_000;
    private static final int DEFAULT_PENDING_STORED = 10_000_000;

    private final String id;
    private final Providers providers;
    private final Connections connections;
    private final Additions additions;
    private final Problems problems;
    private final boolean hasStore;
    private final Problems proof = new Problems();
    private final Problems delivery = new Problems();

    EndpointReader(
            String id,
            Providers providers,
            Connections connections,
            Additions additions,
            Problems problems,
            boolean hasStore) {
        this.id = id;
        this.providers = providers;
        this.connections = connections;
        this.additions = additions;
        this.problems = problems;
        this.hasStore = hasStore;
    }

    /**
     * What a builder adds to an endpoint that cannot be said in JSON.
     *
     * @param validators validators as objects
     * @param outputs output modules as objects, by name of the destination
     */
    record Additions(List<StagedValidator> validators, Map<String, OutputModule> outputs) {
        static final Additions NONE = new Additions(List.of(), Map.of());
    }

    /** Reads the entry under this endpoint's id. */
    Endpoint read(Settings all) {
        Settings asProof = all.apart(Problem.Severity.PROOF, proof);
        if (!ID.matcher(id).matches()) {
            asProof.problem(id, "An id is made of letters, digits, _ and -, at most 100 of them");
        }
        if (!(all.node().get(id) instanceof ObjectNode)) {
            asProof.problem(id, "Must be an object in braces");
        }
        Settings closing = asProof.object(id);
        Settings serving = closing.as(Problem.Severity.DESTINATION, delivery);
        DataType dataType = dataType(closing);
        boolean forwardCredentials = closing.flag("forward_credentials", false);
        CredentialCleanup cleanup = CredentialCleanup.read(closing);
        List<StagedValidator> validators = validators(closing);
        Idempotency idempotency = IdempotencyReader.read(closing, validators, dataType);
        if (closing.node().get("idempotency") instanceof ObjectNode) {
            UnknownKeys.refuse(closing.object("idempotency"));
        }
        Endpoint.DeliveryTerms terms = terms(closing, serving);
        List<Destination> destinations = destinations(serving);
        unknownKeys(closing, serving);
        problems.addAll(proof.all());
        problems.addAll(delivery.all());
        return new Endpoint(
                id, dataType, validators, forwardCredentials, cleanup, idempotency, destinations, terms, reason(proof));
    }

    private static DataType dataType(Settings settings) {
        return DataType.valueOf(
                settings.oneOf("data_type", "json", "json", "blob").toUpperCase(Locale.ROOT));
    }

    private List<StagedValidator> validators(Settings settings) {
        List<StagedValidator> validators = new ArrayList<>(additions.validators());
        for (ValidatorProvider provider : providers.validators()) {
            String key = provider.key();
            if (!settings.node().has(key)) {
                continue;
            }
            settings.known(key);
            if (settings.node().get(key).isNull()) {
                settings.problem(key, "Must not be null: remove the key if everybody may send");
                continue;
            }
            Validator validator = Creation.of(settings, key, () -> provider.create(settings));
            if (validator != null) {
                validators.add(new StagedValidator(key, provider.stage(), validator));
            }
        }
        settings.opened().forEach(UnknownKeys::refuse);
        return validators;
    }

    private Endpoint.DeliveryTerms terms(Settings closing, Settings serving) {
        Acknowledge acknowledge = acknowledge(closing);
        boolean stored = acknowledge == Acknowledge.STORED;
        boolean delivered = acknowledge == Acknowledge.DELIVERED;
        Duration timeout = closing.duration(
                "acknowledge_timeout", DEFAULT_ACKNOWLEDGE_TIMEOUT, Duration.ofMillis(10), Duration.ofMinutes(5));
        RetryPolicy standard = delivered ? RetryPolicy.WHILE_THE_SENDER_WAITS : RetryPolicy.PATIENT;
        int room = stored ? DEFAULT_PENDING_STORED : delivered ? DEFAULT_PENDING_DELIVERED : DEFAULT_PENDING_RECEIVED;
        int pending = closing.count("max_pending", room, 1, 1_000_000_000);
        long pendingBytes = closing.size("max_pending_bytes", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        // one call at a time keeps the order of arrival while all goes well; with keys, order is theirs to keep
        boolean asManyAsTheModuleLikes = delivered || closing.has("ordering_key");
        int inFlight = closing.count("max_in_flight", asManyAsTheModuleLikes ? 0 : 1, 1, 10_000);
        boolean strict = settingStrict(closing, stored, inFlight);
        OrderingKey orderingKey = orderingKey(closing, stored, strict);
        RetryPolicy retry = RetryReader.read(serving, standard);
        Duration retain = closing.duration("retain", Duration.ZERO, Duration.ZERO, MAX_RETAIN);
        if (!retain.isZero() && !stored) {
            closing.problem("retain", "Needs \"acknowledge\": \"stored\": other events are not kept at all");
        }
        return new Endpoint.DeliveryTerms(
                acknowledge, timeout, retry, pending, pendingBytes, inFlight, strict, orderingKey, retain);
    }

    private static @Nullable OrderingKey orderingKey(Settings settings, boolean stored, boolean strict) {
        OrderingKey key = OrderingKey.read(settings);
        if (key != null && !stored) {
            settings.problem("ordering_key", "Order by key needs \"acknowledge\": \"stored\"");
        }
        if (key != null && strict) {
            settings.problem(
                    "ordering_key", "With \"ordering\": \"strict\" all events are in order: remove one of the two");
        }
        return key;
    }

    private static boolean settingStrict(Settings settings, boolean stored, int inFlight) {
        boolean strict =
                settings.oneOf("ordering", "relaxed", "relaxed", "strict").equals("strict");
        if (strict && !stored) {
            settings.problem("ordering", "Strict order needs \"acknowledge\": \"stored\"");
        }
        if (strict && inFlight > 1) {
            settings.problem("max_in_flight", "Strict order allows one call at once");
        }
        return strict;
    }

    private Acknowledge acknowledge(Settings settings) {
        String standard = hasStore ? "stored" : "delivered";
        Acknowledge acknowledge =
                Acknowledge.valueOf(settings.oneOf("acknowledge", standard, "stored", "delivered", "received")
                        .toUpperCase(Locale.ROOT));
        if (acknowledge == Acknowledge.STORED && !hasStore) {
            settings.problem(
                    "acknowledge", "Needs a durable store, and this receiver has none: use delivered or received");
            return Acknowledge.DELIVERED;
        }
        return acknowledge;
    }

    private List<Destination> destinations(Settings settings) {
        List<Destination> destinations = new ArrayList<>();
        additions.outputs().forEach((name, module) -> {
            String lane = id + "/" + name;
            destinations.add(new Destination(lane, module, "", lane));
        });
        if (settings.has("chain")) {
            settings.problem("chain", "Chains are not supported yet: name one module");
            destinations.add(new Destination(id + "/chain", null, reason(delivery, "chain"), id + "/chain"));
        } else if (settings.has("module") || destinations.isEmpty()) {
            destinations.add(destination(settings));
        }
        return destinations;
    }

    private Destination destination(Settings settings) {
        String name = settings.requireString("module");
        Settings config = settings.object("module-config");
        String lane = id + "/" + (name.isBlank() ? "none" : name);
        OutputModuleProvider provider = providers.module(name);
        if (provider == null) {
            if (!name.isBlank()) {
                String how = KnownNames.howToGet(name, providers.moduleNames());
                settings.problem("module", "There is no output module " + name + ": " + how);
            }
            return unusable(lane);
        }
        SharedConnection connection = connection(settings, provider);
        if (connection == null && provider.connectionType() != null) {
            return unusable(lane);
        }
        OutputModule module = Creation.of(settings, "module", () -> provider.create(config, connection));
        if (module == null || delivery.anyError()) {
            close(module);
            return unusable(lane);
        }
        return new Destination(lane, module, "", connection == null ? lane : connection.name());
    }

    private Destination unusable(String lane) {
        return new Destination(lane, null, reason(delivery, "unusable"), lane);
    }

    private static void close(@Nullable OutputModule module) {
        if (module != null) {
            module.close();
        }
    }

    private @Nullable SharedConnection connection(Settings settings, OutputModuleProvider provider) {
        String type = provider.connectionType();
        String name = settings.string("connection");
        if (type == null) {
            if (name != null) {
                settings.warning("connection", "The module " + provider.name() + " uses no connection, ignored");
            }
            return null;
        }
        if (name == null) {
            settings.problem("connection", "The module " + provider.name() + " needs a connection of type " + type);
            return null;
        }
        Connections.Checked checked = connections.named(name);
        if (checked == null) {
            String there = connections.names().isEmpty() ? "none" : String.join(", ", connections.names());
            settings.problem("connection", "There is no connection " + name + "; there are: " + there);
            return null;
        }
        delivery.addAll(checked.problems());
        SharedConnection connection = checked.connection();
        if (connection != null && !provider.acceptsConnection(connection.type())) {
            settings.problem(
                    "connection",
                    "The module " + provider.name() + " needs a connection of type " + type + ", " + name + " has type "
                            + connection.type());
            return null;
        }
        return connection;
    }

    private void unknownKeys(Settings closing, Settings serving) {
        Set<String> validatorKeys = new HashSet<>(providers.validatorKeys());
        validatorKeys.addAll(KnownNames.validatorKeys());
        Set<String> known = new HashSet<>(closing.keysRead());
        known.addAll(validatorKeys);
        known.addAll(Set.of("chain-config", "queue_name", "topic", "redis", "trusted_proxies"));
        for (String key : closing.unread()) {
            String artifact = KnownNames.validatorArtifact(key);
            String validator = KnownNames.nearest(key, validatorKeys);
            if (artifact != null) {
                closing.problem(
                        key, "This validator is not on the class path: add the artifact org.corewebhook:" + artifact);
            } else if (validator != null) {
                closing.problem(key, "Unknown key: did you mean " + validator + "? Senders would not be proven");
            } else if (!known.contains(key)) {
                String nearest = KnownNames.nearest(key, known);
                closing.warning(
                        key, "Unknown key, ignored" + (nearest == null ? "" : ": did you mean " + nearest + "?"));
            }
        }
        for (Settings below : serving.opened()) {
            UnknownKeys.warn(below, List.of());
        }
    }

    private static @Nullable String reason(Problems problems) {
        return problems.anyError() ? reason(problems, "") : null;
    }

    private static String reason(Problems problems, String otherwise) {
        List<String> texts = problems.all().stream()
                .filter(problem -> problem.severity() != Problem.Severity.WARNING)
                .map(Problem::toString)
                .toList();
        return texts.isEmpty() ? otherwise : String.join("; ", texts);
    }
}

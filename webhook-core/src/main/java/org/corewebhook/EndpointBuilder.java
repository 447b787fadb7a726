package org.corewebhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.configuration.JsonTree;
import org.corewebhook.configuration.StagedValidator;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;

/**
 * Says what one endpoint does. {@link #set} takes every key of {@code webhooks.json}; the other methods are short for
 * the common ones. Each setting is made once. Not thread-safe.
 */
public final class EndpointBuilder {

    private final ObjectNode settings = JsonNodeFactory.instance.objectNode();
    private final List<StagedValidator> validators = new ArrayList<>();
    private final Map<String, OutputModule> outputs = new LinkedHashMap<>();

    EndpointBuilder() {}

    /** Sets a key of {@code webhooks.json}; the value is a text, number, boolean, list or map. */
    public EndpointBuilder set(String key, Object value) {
        if (settings.replace(key, JsonTree.of(value)) != null) {
            throw new IllegalStateException(key + " was already set");
        }
        return this;
    }

    /** Takes JSON (the default) or any bytes. */
    public EndpointBuilder dataType(DataType type) {
        return set("data_type", type == DataType.JSON ? "json" : "blob");
    }

    /** Wants this whole {@code Authorization} header, for example {@code Bearer abc}. */
    public EndpointBuilder authorization(String header) {
        return set("authorization", header);
    }

    /** Wants this user and password (RFC 7617). */
    public EndpointBuilder basicAuth(String username, String password) {
        return set("basic_auth", Map.of("username", username, "password", password));
    }

    /** Wants the hex HMAC-SHA256 of the body in this header, with or without {@code sha256=} before it. */
    public EndpointBuilder hmac(String header, String secret) {
        return set("hmac", Map.of("header", header, "secret", secret));
    }

    /** Takes requests from these addresses and CIDR ranges only. */
    public EndpointBuilder ipWhitelist(String... addresses) {
        return set("ip_whitelist", List.of(addresses));
    }

    /** Takes so many requests in that time. */
    public EndpointBuilder rateLimit(int maxRequests, Duration window) {
        return set("rate_limit", Map.of("max_requests", maxRequests, "window_seconds", window.toSeconds()));
    }

    /** Adds a validator of your own, which may look at the body. */
    public EndpointBuilder validator(Validator validator) {
        return validator("validator" + validators.size(), ValidationStage.SIGNATURE, validator);
    }

    /** Adds a validator of your own that runs in this stage; the name is for the log. */
    public EndpointBuilder validator(String name, ValidationStage stage, Validator validator) {
        validators.add(new StagedValidator(name, stage, validator));
        return this;
    }

    /** Answers the handshakes of a sender, for example challenges; proves nothing about the events that follow. */
    public EndpointBuilder handshake(Handshake handshake) {
        return validator("handshake" + validators.size(), ValidationStage.ADDRESS, new HandshakeOnly(handshake));
    }

    /** Delivers through the module of that name. */
    public EndpointBuilder module(String name, Map<String, ?> moduleConfig) {
        return set("module", name).set("module-config", moduleConfig);
    }

    /** Delivers to this module, under the destination name {@code output}. */
    public EndpointBuilder output(OutputModule module) {
        return output(outputs.isEmpty() ? "output" : "output" + (outputs.size() + 1), module);
    }

    /** Delivers to this module; the name stays with what waits for it, so keep it. */
    public EndpointBuilder output(String name, OutputModule module) {
        if (outputs.putIfAbsent(name, module) != null) {
            throw new IllegalStateException("The output " + name + " was already added");
        }
        return this;
    }

    /** Sets when the sender gets its 200. */
    public EndpointBuilder acknowledge(Acknowledge acknowledge) {
        return set("acknowledge", acknowledge.key());
    }

    /** Sets how long the sender waits at most when it is answered after delivery; by default 5 s. */
    public EndpointBuilder acknowledgeTimeout(Duration timeout) {
        return set("acknowledge_timeout", timeout.toMillis() + "ms");
    }

    /** Brings a handshake along and has nothing against any request. */
    private record HandshakeOnly(Handshake handshake) implements Validator {

        HandshakeOnly {
            Objects.requireNonNull(handshake, "handshake");
        }

        @Override
        public ValidationResult validate(WebhookRequest request) {
            return ValidationResult.accepted();
        }
    }

    ObjectNode settings() {
        return settings;
    }

    List<StagedValidator> validators() {
        return validators;
    }

    Map<String, OutputModule> outputs() {
        return outputs;
    }
}

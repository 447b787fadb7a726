package org.corewebhook.servlet;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.configuration.Configuration;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.configuration.ConfigurationReader;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Providers;
import org.corewebhook.configuration.StagedValidator;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/**
 * Several validators as one, in the order of their stages; the first refusal counts.
 *
 * @param validators at least one
 */
record ValidatorList(List<Validator> validators) implements Validator {

    private static final String SOURCE = "init parameter";
    private static final String ENDPOINT = "validators";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Makes the validators that a JSON object names, as in an endpoint of {@code webhooks.json}.
     *
     * @throws ConfigurationException if anything at all is wrong: a filter in doubt stays closed
     */
    static ValidatorList parse(String json) {
        ObjectNode settings = object(json);
        ConfigurationReader reader =
                new ConfigurationReader(Providers.load(classLoader()), System::getenv, Clock.systemUTC());
        reader.endpoint(ENDPOINT, settings, List.of(), Map.of("application", event -> {}));
        Configuration configuration = reader.read();
        if (!configuration.problems().isEmpty()) {
            throw new ConfigurationException(configuration.problems());
        }
        Endpoint endpoint = Objects.requireNonNull(configuration.endpoint(ENDPOINT));
        List<Validator> validators =
                endpoint.validators().stream().map(StagedValidator::validator).toList();
        if (validators.isEmpty() || validators.size() < settings.size()) {
            throw unusable("Must name validators, and nothing else: other keys of an endpoint mean nothing here");
        }
        return new ValidatorList(validators);
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        for (Validator validator : validators) {
            ValidationResult result = validator.validate(request);
            if (result.refusal() != null) {
                return result;
            }
        }
        return ValidationResult.accepted();
    }

    @Override
    public @Nullable Handshake handshake() {
        List<Handshake> handshakes = new ArrayList<>();
        for (Validator validator : validators) {
            Handshake handshake = validator.handshake();
            if (handshake != null) {
                handshakes.add(handshake);
            }
        }
        return handshakes.isEmpty() ? null : request -> first(handshakes, request);
    }

    private static @Nullable WebhookResponse first(List<Handshake> handshakes, WebhookRequest request) {
        for (Handshake handshake : handshakes) {
            WebhookResponse answer = handshake.answer(request);
            if (answer != null) {
                return answer;
            }
        }
        return null;
    }

    private static ObjectNode object(String json) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw unusable("Not valid JSON: see line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr()); // the parser's own words may quote a secret
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw unusable("Must be a JSON object, from the name of a validator to its settings");
    }

    private static ConfigurationException unusable(String message) {
        return new ConfigurationException(
                List.of(new Problem(Problem.Severity.PROOF, SOURCE, "/" + ENDPOINT, 0, message)));
    }

    private static ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? Objects.requireNonNull(ValidatorList.class.getClassLoader()) : context;
    }
}

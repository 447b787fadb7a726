package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.signature.remote.RemoteAnswer;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.spi.ValidationResult;
import org.jspecify.annotations.Nullable;

/** Asks Google about a token; each one is good for one question, so nothing is remembered. Thread-safe. */
final class RecaptchaCheck {

    /** Errors that are ours: the sender can do nothing about them. */
    private static final Set<String> OUR_ERRORS =
            Set.of("missing-input-secret", "invalid-input-secret", "bad-request", "invalid-keys");

    private static final ValidationResult FAILED = ValidationResult.unauthorized("reCAPTCHA verification failed");
    private static final ValidationResult SCORE = ValidationResult.unauthorized("reCAPTCHA score too low");
    private static final ValidationResult ACTION = ValidationResult.unauthorized("reCAPTCHA action mismatch");

    private final RemoteClient client;
    private final URI url;
    private final Secret secret;
    private final @Nullable Double minScore;
    private final @Nullable String action;

    /** Makes a check; {@code minScore} is null for v2, which has none. */
    RecaptchaCheck(RemoteClient client, URI url, Secret secret, @Nullable Double minScore, @Nullable String action) {
        this.client = client;
        this.url = url;
        this.secret = secret;
        this.minScore = minScore;
        this.action = action;
    }

    ValidationResult verify(String token) throws RemoteException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("secret", secret.reveal());
        form.put("response", token);
        RemoteAnswer answer = client.postForm(url, form, Headers.empty());
        JsonNode verdict = answer.status() == 200 ? StrictJson.parse(answer.body()) : null;
        if (verdict == null || !verdict.path("success").isBoolean()) {
            throw new RemoteException(url.getHost() + " answered " + answer.status() + " without a verdict", null);
        }
        for (JsonNode error : verdict.path("error-codes")) {
            if (OUR_ERRORS.contains(error.asText())) {
                throw new RemoteException(url.getHost() + " does not accept our secret_key or request", null);
            }
        }
        return verdict.path("success").booleanValue() ? judge(verdict) : FAILED;
    }

    private ValidationResult judge(JsonNode verdict) {
        if (minScore == null) {
            return ValidationResult.accepted();
        }
        JsonNode score = verdict.path("score");
        if (!score.isNumber() || score.doubleValue() < minScore) {
            return SCORE; // none at all: a token of v2
        }
        return action == null || action.equals(verdict.path("action").textValue())
                ? ValidationResult.accepted()
                : ACTION;
    }
}

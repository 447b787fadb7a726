package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Zoom: a signed POST of the event {@code endpoint.url_validation}; the answer is the token and its hex HMAC-SHA256
 * under the webhook's own key (developers.zoom.us, "Using webhooks", validate your webhook endpoint).
 *
 * <p>No oracle: events are signed as {@code v0:timestamp:body}, and a token has no colon.
 */
record ZoomUrlValidation(List<Secret> secrets, Predicate<WebhookRequest> verified) implements Handshake {

    private static final String EVENT = "endpoint.url_validation";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9+/_=-]{1,128}");

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        JsonNode body = JsonBody.with(EVENT, request);
        if (!EVENT.equals(JsonBody.text(body, "event")) || !verified.test(request)) {
            return null;
        }
        String token = JsonBody.text(body.path("payload"), "plainToken");
        if (token == null || !TOKEN.matcher(token).matches()) {
            return Challenge.malformed();
        }
        Secret key = keyOf(request);
        if (key == null) {
            return Challenge.unauthorized();
        }
        String answer = HexFormat.of().formatHex(AnswerKey.sign(key, token));
        return Challenge.json("plainToken", token, "encryptedToken", answer);
    }

    /** While keys change, Zoom wants the answer under the key that it signed with. All keys are tried. */
    private @Nullable Secret keyOf(WebhookRequest request) {
        String signature = Challenge.header(request, "x-zm-signature");
        String timestamp = Challenge.header(request, "x-zm-request-timestamp");
        if (signature == null || timestamp == null) {
            return null;
        }
        byte[] before = ("v0:" + timestamp + ":").getBytes(StandardCharsets.UTF_8);
        Secret found = null;
        for (Secret secret : secrets) {
            String expected = "v0=" + HexFormat.of().formatHex(AnswerKey.sign(secret, before, request.body()));
            if (Secret.of(expected).matches(signature) && found == null) {
                found = secret;
            }
        }
        return found;
    }
}

package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Slack: a signed POST of type {@code url_verification}; the answer is the challenge (docs.slack.dev,
 * url_verification).
 */
record SlackUrlVerification(Predicate<WebhookRequest> verified) implements Handshake {

    private static final String TYPE = "url_verification";

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        JsonNode body = JsonBody.with(TYPE, request);
        if (!TYPE.equals(JsonBody.text(body, "type")) || !verified.test(request)) {
            return null;
        }
        return Challenge.echo(JsonBody.text(body, "challenge"));
    }
}

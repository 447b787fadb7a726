package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Discord: a signed PING. As an interaction it has type 1 and the answer is {@code {"type":1}}; as a webhook event it
 * has type 0 and the answer is 204 (docs.discord.com, "Interactions", "Webhook events").
 *
 * <p>Discord also sends PINGs with wrong signatures, which the endpoint's validator answers with 401.
 */
record DiscordPing(Predicate<WebhookRequest> verified) implements Handshake {

    private static final int EVENT_PING = 0;
    private static final int INTERACTION_PING = 1;

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        if (Challenge.header(request, "X-Signature-Ed25519") == null) {
            return null;
        }
        JsonNode body = JsonBody.with("\"type\"", request);
        JsonNode type = body.path("type");
        // A webhook event that is no PING has type 1, too, and an "event" with what happened.
        boolean interaction = type.isInt() && type.intValue() == INTERACTION_PING && !body.has("event");
        boolean event = type.isInt() && type.intValue() == EVENT_PING;
        if (!(interaction || event) || !verified.test(request)) {
            return null;
        }
        return interaction ? WebhookResponse.json(200, "{\"type\":1}") : WebhookResponse.text(204, "");
    }
}

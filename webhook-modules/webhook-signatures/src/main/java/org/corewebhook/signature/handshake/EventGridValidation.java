package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Azure Event Grid with its own schema: a POST of one {@code SubscriptionValidationEvent}; the answer is its code
 * (learn.microsoft.com, "Webhook event delivery", endpoint validation with Event Grid events).
 *
 * @param topic the only topic whose subscription is confirmed, or null for any
 */
record EventGridValidation(@Nullable String topic) implements Handshake {

    private static final String TYPE = "Microsoft.EventGrid.SubscriptionValidationEvent";

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        JsonNode events = JsonBody.with(TYPE, request);
        JsonNode event = events.path(0);
        if (events.size() != 1 || !TYPE.equals(JsonBody.text(event, "eventType"))) {
            return null;
        }
        if (topic != null && !topic.equalsIgnoreCase(JsonBody.text(event, "topic"))) {
            return Challenge.unauthorized();
        }
        return Challenge.echo("validationResponse", JsonBody.text(event.path("data"), "validationCode"));
    }
}

package org.corewebhook.signature.handshake;

import java.util.function.Predicate;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Twitch EventSub: a signed POST of the type {@code webhook_callback_verification}; the answer is the raw challenge
 * (dev.twitch.tv, EventSub, "Handling webhook events").
 */
record TwitchChallenge(Predicate<WebhookRequest> verified) implements Handshake {

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String type = Challenge.header(request, "Twitch-Eventsub-Message-Type");
        if (!"webhook_callback_verification".equals(type) || !verified.test(request)) {
            return null;
        }
        return Challenge.echo(JsonBody.text(JsonBody.with("challenge", request), "challenge"));
    }
}

package org.corewebhook.signature.handshake;

import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Meta (Facebook, WhatsApp, Instagram): a GET with {@code hub.mode=subscribe} and our verify token; the answer is
 * {@code hub.challenge} (developers.facebook.com, Webhooks, verification requests).
 */
record MetaSubscription(Secret verifyToken) implements Handshake {

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        if (!request.method().equals("GET") || !"subscribe".equals(Challenge.parameter(request, "hub.mode"))) {
            return null;
        }
        String offered = Challenge.parameter(request, "hub.verify_token");
        if (offered == null || !verifyToken.matches(offered)) {
            return Challenge.unauthorized();
        }
        return Challenge.echo(Challenge.parameter(request, "hub.challenge"));
    }
}

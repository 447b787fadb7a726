package org.corewebhook.signature.handshake;

import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Okta event hooks: a GET with a challenge in a header; the answer shows it as JSON (developer.okta.com, "Event hooks",
 * one-time verification request).
 */
record OktaChallenge() implements Handshake {

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String challenge =
                request.method().equals("GET") ? Challenge.header(request, "X-Okta-Verification-Challenge") : null;
        return challenge == null ? null : Challenge.echo("verification", challenge);
    }
}

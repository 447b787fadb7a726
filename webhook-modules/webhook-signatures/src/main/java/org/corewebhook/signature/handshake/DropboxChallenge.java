package org.corewebhook.signature.handshake;

import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** Dropbox: a GET with {@code challenge}; the answer is its value (dropbox.com/developers/reference/webhooks). */
record DropboxChallenge() implements Handshake {

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String challenge = request.method().equals("GET") ? Challenge.parameter(request, "challenge") : null;
        return challenge == null ? null : Challenge.echo(challenge);
    }
}

package org.corewebhook.signature.handshake;

import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** Trello: a HEAD when a webhook is made; the answer is 200 (developer.atlassian.com, Trello, webhooks). */
record TrelloHead() implements Handshake {

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        return request.method().equals("HEAD") ? WebhookResponse.text(200, "") : null;
    }
}

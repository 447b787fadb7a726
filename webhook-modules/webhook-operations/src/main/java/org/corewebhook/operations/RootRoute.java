package org.corewebhook.operations;

import java.time.Clock;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;

/** {@code GET /}: says that somebody is there. */
final class RootRoute implements Route {

    private final AddressRateLimit limit;
    private final PeerAddress peers;

    RootRoute(OperationsSettings settings, PeerAddress peers, Clock clock) {
        this.limit = new AddressRateLimit(settings.rootRateLimit(), clock);
        this.peers = peers;
    }

    @Override
    public WebhookResponse get(WebhookRequest request) {
        WebhookResponse refusal = limit.refusal(peers.client(request));
        return refusal == null ? WebhookResponse.accepted() : refusal;
    }
}

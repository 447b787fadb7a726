package org.corewebhook.operations;

import org.corewebhook.WebhookRequest;

/** Reads {@code X-Forwarded-For} from right to left, as far as the proxies that wrote it are trusted. */
record ForwardedAddress(AddressList trustedProxies) implements PeerAddress {

    @Override
    public String client(WebhookRequest request) {
        String client = AddressList.canonical(request.remoteAddress());
        if (!trustedProxies.contains(client)) {
            return client;
        }
        String[] hops =
                String.join(",", request.headers().all("X-Forwarded-For")).split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].strip();
            if (!AddressList.isAddress(hop)) {
                return client; // whatever stands further left was written by somebody we cannot name
            }
            client = AddressList.canonical(hop);
            if (!trustedProxies.contains(client)) {
                return client;
            }
        }
        return client;
    }

    @Override
    public boolean viaTrustedProxy(WebhookRequest request) {
        return trustedProxies.contains(request.remoteAddress());
    }
}

package org.corewebhook.operations;

import org.corewebhook.WebhookRequest;

/** Who is at the other end of a connection, seen through trusted proxies. Thread-safe. */
interface PeerAddress {

    /** Returns the client's address: the peer, or the hop before the trusted proxies, as text. */
    String client(WebhookRequest request);

    /** Tells whether the peer is a trusted proxy, so that what it says in forwarded headers can be believed. */
    boolean viaTrustedProxy(WebhookRequest request);

    /** Returns addresses seen through these proxies. */
    static PeerAddress behind(AddressList trustedProxies) {
        return new ForwardedAddress(trustedProxies);
    }
}

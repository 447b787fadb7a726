package org.corewebhook.operations;

import org.corewebhook.WebhookRequest;
import org.corewebhook.address.ClientAddress;
import org.corewebhook.address.IpAddress;

/** Who is at the other end of a connection, seen through trusted proxies. Thread-safe. */
final class PeerAddress {

    /** Stands for a client that cannot be told; no list contains it. */
    static final String UNKNOWN = "unknown";

    private final AddressList trustedProxies;
    private final ClientAddress clientAddress;

    private PeerAddress(AddressList trustedProxies) {
        this.trustedProxies = trustedProxies;
        this.clientAddress = ClientAddress.behind(trustedProxies.ranges());
    }

    /** Returns addresses seen through these proxies. */
    static PeerAddress behind(AddressList trustedProxies) {
        return new PeerAddress(trustedProxies);
    }

    /** Returns the client's address, the peer or the hop before the trusted proxies, or {@link #UNKNOWN}. */
    String client(WebhookRequest request) {
        IpAddress client = clientAddress.of(request);
        return client == null ? UNKNOWN : client.toString();
    }

    /** Tells whether the peer is a trusted proxy, so that what it says in forwarded headers can be believed. */
    boolean viaTrustedProxy(WebhookRequest request) {
        return trustedProxies.contains(request.remoteAddress());
    }
}

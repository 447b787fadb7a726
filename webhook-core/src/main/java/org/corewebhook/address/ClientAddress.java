package org.corewebhook.address;

import java.util.List;
import org.corewebhook.WebhookRequest;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who really sent a request.
 *
 * <p>That is the TCP peer, unless the peer is a trusted proxy. Then {@code X-Forwarded-For} is walked from right to
 * left, past trusted proxies, to the first address that is none: everything left of it was written by the sender.
 * Without that header, {@code X-Real-IP} of a trusted proxy counts. Immutable and thread-safe; never asks the DNS.
 */
public final class ClientAddress {

    private final List<IpRange> trustedProxies;

    private ClientAddress(List<IpRange> trustedProxies) {
        this.trustedProxies = List.copyOf(trustedProxies);
    }

    /** Returns a resolver that believes these proxies; with none of them, only the TCP peer counts. */
    public static ClientAddress behind(List<IpRange> trustedProxies) {
        return new ClientAddress(trustedProxies);
    }

    /**
     * Returns the address of the client, or null if it cannot be determined: a hop that is not an address ends the
     * walk, and several {@code X-Real-IP} contradict each other.
     */
    public @Nullable IpAddress of(WebhookRequest request) {
        IpAddress peer = peer(request.remoteAddress());
        if (peer == null || !isTrusted(peer)) {
            return peer;
        }
        List<String> forwarded = request.headers().all("X-Forwarded-For");
        if (!forwarded.isEmpty()) {
            return firstUntrusted(forwarded);
        }
        List<String> real = request.headers().all("X-Real-IP");
        if (real.isEmpty()) {
            return peer;
        }
        return real.size() == 1 ? hop(real.get(0)) : null;
    }

    /** Returns the first address from the right that is no trusted proxy; the leftmost one if all are. */
    private @Nullable IpAddress firstUntrusted(List<String> forwarded) {
        IpAddress last = null;
        for (int line = forwarded.size() - 1; line >= 0; line--) {
            String items = forwarded.get(line);
            for (int end = items.length(); end >= 0; ) {
                int comma = items.lastIndexOf(',', end - 1);
                last = hop(items.substring(comma + 1, end));
                if (last == null || !isTrusted(last)) {
                    return last;
                }
                end = comma;
            }
        }
        return last;
    }

    private boolean isTrusted(IpAddress address) {
        return IpRange.anyContains(trustedProxies, address);
    }

    /** Our own container wrote this: a zone id says through which interface the peer came, not who it is. */
    private static @Nullable IpAddress peer(String remoteAddress) {
        int zone = remoteAddress.indexOf('%');
        if (zone < 0) {
            return hop(remoteAddress);
        }
        int from = remoteAddress.startsWith("[") ? 1 : 0;
        return IpAddress.parse(remoteAddress.substring(from, zone));
    }

    /** Reads an address, in brackets or not, with a port or not. */
    private static @Nullable IpAddress hop(String item) {
        String text = item.strip();
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            int colon = text.indexOf(':');
            boolean bracketed = colon >= 0 && colon < close && isPortOrNothing(text, close + 1);
            return bracketed ? IpAddress.parse(text.substring(1, close)) : null;
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && colon == text.lastIndexOf(':')) {
            return isPortOrNothing(text, colon) ? IpAddress.parse(text.substring(0, colon)) : null;
        }
        return IpAddress.parse(text);
    }

    private static boolean isPortOrNothing(String text, int from) {
        return from == text.length()
                || (text.charAt(from) == ':' && Decimals.parse(text, from + 1, text.length(), 65535) >= 0);
    }
}

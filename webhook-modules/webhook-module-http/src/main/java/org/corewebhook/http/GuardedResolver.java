package org.corewebhook.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.corewebhook.address.AddressGuard;

/**
 * Resolves a name and refuses it if any of its addresses is one we must never connect to.
 *
 * <p>The client connects to the very addresses that are returned here, literal ones in a URL included. Thread-safe.
 */
final class GuardedResolver implements DnsResolver {

    private final DnsResolver resolver;
    private final AddressGuard guard;

    GuardedResolver(DnsResolver resolver, AddressGuard guard) {
        this.resolver = resolver;
        this.guard = guard;
    }

    /** Thrown when a name leads to an address that must not be connected to. */
    static final class RefusedAddressException extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        RefusedAddressException(String message) {
            super(message);
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = resolver.resolve(host);
        if (addresses == null || addresses.length == 0) {
            throw new UnknownHostException(host);
        }
        for (InetAddress address : addresses) {
            String refusal = guard.refusal(address);
            if (refusal != null) {
                throw new RefusedAddressException(host + " must not be connected to: " + refusal);
            }
        }
        return addresses;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        return Arrays.stream(resolve(host))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return resolver.resolveCanonicalHostname(host);
    }
}

package org.corewebhook.s3;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.corewebhook.address.AddressGuard;

/**
 * Resolves the host of the store and refuses it if one of its addresses is a metadata service or the like.
 *
 * <p>The client connects to the very addresses that are returned here. Thread-safe.
 */
final class GuardedResolver implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
        for (InetAddress address : addresses) {
            String refusal = AddressGuard.operatorUrls().refusal(address);
            if (refusal != null) {
                throw new UnknownHostException(host + " must not be connected to: " + refusal);
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
    }
}

package org.corewebhook.signature.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host; a test gives its own. Called by several threads at once. */
@FunctionalInterface
public interface NameResolver {

    /** Returns all addresses of the host, which may be a literal address; at least one. */
    InetAddress[] resolve(String host) throws UnknownHostException;

    /** Returns the resolver of the system. */
    static NameResolver system() {
        return InetAddress::getAllByName;
    }
}

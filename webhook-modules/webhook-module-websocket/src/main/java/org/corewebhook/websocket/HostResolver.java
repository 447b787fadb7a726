package org.corewebhook.websocket;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host. */
@FunctionalInterface
interface HostResolver {

    /** Asks as the JVM is set up to. */
    HostResolver SYSTEM = InetAddress::getAllByName;

    /** Returns the addresses of a host name, or the one that a literal address is. */
    InetAddress[] resolve(String host) throws UnknownHostException;
}

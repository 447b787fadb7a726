package org.corewebhook.operations;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A list of IP addresses, compared by value: {@code ::ffff:192.0.2.1} is {@code 192.0.2.1}, and all spellings of an
 * IPv6 address (RFC 4291, 2.2) are one. Immutable and thread-safe.
 */
record AddressList(Set<String> addresses) {

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6_SHAPE = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    /** Returns the list of these addresses; each must satisfy {@link #isAddress}. */
    static AddressList of(Collection<String> addresses) {
        return new AddressList(addresses.stream().map(AddressList::canonical).collect(Collectors.toUnmodifiableSet()));
    }

    boolean contains(String address) {
        return addresses.contains(canonical(address));
    }

    /** Tells whether the text is an address in digits; host names are not looked up. */
    static boolean isAddress(String text) {
        return IPV4.matcher(text).matches() || canonicalIpv6(text) != null;
    }

    /** Returns the one spelling of an address, or the text itself if it is none. */
    static String canonical(String text) {
        String ipv6 = canonicalIpv6(text);
        return ipv6 == null ? text : ipv6;
    }

    private static @Nullable String canonicalIpv6(String text) {
        if (!IPV6_SHAPE.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text).getHostAddress(); // never asks a name server for what has a colon
        } catch (UnknownHostException e) {
            return null; // only looks like an address
        }
    }
}

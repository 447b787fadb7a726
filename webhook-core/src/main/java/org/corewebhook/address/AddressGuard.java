package org.corewebhook.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides on a resolved address whether we may connect to it, so that a URL cannot be turned against our own network.
 *
 * <p>Ask at connect time, with the very address that is then used: a name may resolve to something else a moment later.
 * An address that carries an IPv4 address (IPv4-mapped, IPv4-compatible, NAT64, 6to4) is judged by that one. Immutable
 * and thread-safe. Ranges: IANA special-purpose address registries (RFC 6890); metadata services as their providers
 * document them.
 */
public final class AddressGuard {

    /** Where cloud providers answer with credentials, and what no webhook can be sent to. */
    private static final List<Block> NEVER = List.of(
            Block.of("0.0.0.0/8", "unspecified"),
            Block.of("::/128", "unspecified"),
            Block.of("169.254.0.0/16", "link-local, where cloud metadata services answer"),
            Block.of("fe80::/10", "link-local, where cloud metadata services answer"),
            Block.of("fd00:ec2::/32", "a cloud metadata service (AWS)"),
            Block.of("fd20:ce::254/128", "a cloud metadata service (Google Cloud)"),
            Block.of("100.100.100.200/32", "a cloud metadata service (Alibaba Cloud)"),
            Block.of("168.63.129.16/32", "a cloud metadata service (Azure)"),
            Block.of("192.0.0.192/32", "a cloud metadata service (Oracle Cloud)"),
            Block.of("224.0.0.0/4", "multicast"),
            Block.of("ff00::/8", "multicast"),
            Block.of("255.255.255.255/32", "broadcast"));

    private static final List<Block> NOT_PUBLIC = List.of(
            Block.of("127.0.0.0/8", "loopback"),
            Block.of("::1/128", "loopback"),
            Block.of("10.0.0.0/8", "private"),
            Block.of("172.16.0.0/12", "private"),
            Block.of("192.168.0.0/16", "private"),
            Block.of("fc00::/7", "private"),
            Block.of("100.64.0.0/10", "shared by the customers of a provider"),
            Block.of("192.0.0.0/24", "reserved for protocols"),
            Block.of("192.88.99.0/24", "reserved for 6to4 relays"),
            Block.of("198.18.0.0/15", "reserved for benchmarks"),
            Block.of("192.0.2.0/24", "reserved for documentation"),
            Block.of("198.51.100.0/24", "reserved for documentation"),
            Block.of("203.0.113.0/24", "reserved for documentation"),
            Block.of("2001:db8::/32", "reserved for documentation"),
            Block.of("3fff::/20", "reserved for documentation"),
            Block.of("2001::/32", "a Teredo tunnel"),
            Block.of("2001::/23", "reserved for protocols"),
            Block.of("240.0.0.0/4", "reserved"));

    /** The only part of IPv6 that is handed out for public unicast. */
    private static final Block PUBLIC_IPV6 = Block.of("2000::/3", "public");

    private static final Block NAT64 = Block.of("64:ff9b::/96", "NAT64");
    private static final Block LOCAL_NAT64 = Block.of("64:ff9b:1::/48", "NAT64");
    private static final Block MAPPED = Block.of("::/80", "IPv4-mapped");
    private static final Block COMPATIBLE = Block.of("::/96", "IPv4-compatible");
    private static final Block SIX_TO_FOUR = Block.of("2002::/16", "6to4");

    private static final AddressGuard OPERATOR_URLS = new AddressGuard(NEVER, false);
    private static final AddressGuard SENDER_URLS =
            new AddressGuard(Stream.concat(NEVER.stream(), NOT_PUBLIC.stream()).toList(), true);

    private final List<Block> refused;
    private final boolean publicOnly;

    private AddressGuard(List<Block> refused, boolean publicOnly) {
        this.refused = refused;
        this.publicOnly = publicOnly;
    }

    /** Returns the guard for URLs that the operator wrote: private addresses are fine, metadata services never. */
    public static AddressGuard operatorUrls() {
        return OPERATOR_URLS;
    }

    /** Returns the guard for URLs that a sender supplies: public unicast addresses only. */
    public static AddressGuard senderUrls() {
        return SENDER_URLS;
    }

    /** Returns why we must not connect to this address, as a phrase that names it, or null if we may. */
    public @Nullable String refusal(InetAddress address) {
        byte[] bytes = unwrapped(address.getAddress());
        for (Block block : refused) {
            if (block.contains(bytes)) {
                return address.getHostAddress() + " is " + block.kind();
            }
        }
        if (publicOnly && bytes.length == 16 && !PUBLIC_IPV6.contains(bytes)) {
            return address.getHostAddress() + " is not a public address";
        }
        return null;
    }

    private static byte[] unwrapped(byte[] address) {
        if (address.length == 4) {
            return address;
        }
        if (SIX_TO_FOUR.contains(address)) {
            return Arrays.copyOfRange(address, 2, 6);
        }
        if (NAT64.contains(address) || LOCAL_NAT64.contains(address) || isMapped(address) || isCompatible(address)) {
            return Arrays.copyOfRange(address, 12, 16);
        }
        return address;
    }

    private static boolean isMapped(byte[] address) {
        return MAPPED.contains(address) && address[10] == -1 && address[11] == -1;
    }

    /** The unspecified and the loopback address lie in the same range and speak for themselves. */
    private static boolean isCompatible(byte[] address) {
        boolean speaksForItself = address[12] == 0 && address[13] == 0 && address[14] == 0 && (address[15] & 0xfe) == 0;
        return COMPATIBLE.contains(address) && !speaksForItself;
    }

    /** All addresses that begin with the same bits. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(byte[] prefix, int bits, String kind) {

        static Block of(String cidr, String kind) {
            int slash = cidr.indexOf('/');
            try {
                byte[] prefix = InetAddress.getByName(cidr.substring(0, slash)).getAddress();
                return new Block(prefix, Integer.parseInt(cidr.substring(slash + 1)), kind);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(cidr, e);
            }
        }

        boolean contains(byte[] address) {
            int whole = bits / 8;
            if (address.length != prefix.length || Arrays.mismatch(address, 0, whole, prefix, 0, whole) >= 0) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0;
        }
    }
}

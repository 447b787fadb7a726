package org.corewebhook.address;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses in CIDR notation (RFC 4632, RFC 4291): {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one
 * address.
 *
 * <p>IPv4 and IPv6 are kept apart: {@code ::/0} holds no IPv4 address. IPv4-mapped blocks are IPv4 blocks. Immutable
 * and thread-safe.
 */
public final class IpRange {

    private final IpAddress network;
    private final long highMask;
    private final long lowMask;

    private IpRange(IpAddress network, int prefixOf128) {
        this.network = network;
        this.highMask = mask(prefixOf128);
        this.lowMask = mask(prefixOf128 - 64);
    }

    /**
     * Returns the block that the text names, or null if it names none. Bits behind the prefix do not count:
     * {@code 10.1.2.3/8} is {@code 10.0.0.0/8}.
     */
    public static @Nullable IpRange parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int offset = text.indexOf(':') < 0 ? 96 : 0;
        int prefix = slash < 0 ? 128 - offset : Decimals.parse(text, slash + 1, text.length(), 128 - offset);
        if (prefix < 0 || (address.isIpv4() && prefix + offset < 96)) {
            return null; // the second: an IPv4-mapped address in a block that is none
        }
        return new IpRange(address, prefix + offset);
    }

    /** Tells whether the address is in one of the blocks. */
    public static boolean anyContains(List<IpRange> ranges, IpAddress address) {
        for (IpRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether the address is in this block. */
    public boolean contains(IpAddress address) {
        return address.isIpv4() == network.isIpv4()
                && ((address.high() ^ network.high()) & highMask) == 0
                && ((address.low() ^ network.low()) & lowMask) == 0;
    }

    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= 64 ? -1L : -1L << (64 - bits);
    }

    @Override
    public String toString() {
        int prefix = Long.bitCount(highMask) + Long.bitCount(lowMask);
        return network + "/" + (network.isIpv4() ? prefix - 96 : prefix);
    }
}

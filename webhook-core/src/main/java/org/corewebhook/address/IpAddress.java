package org.corewebhook.address;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address.
 *
 * <p>Read from literals only: names are never looked up. An IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}) is the
 * IPv4 address. Immutable and thread-safe; text forms follow RFC 4291 (2.2) and RFC 5952.
 */
public final class IpAddress {

    private static final int LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
    private static final long MAPPED = 0xffffL << 32;
    private static final int GROUPS = 8;

    /** The 128 bits of the address; IPv4 addresses stand in the IPv4-mapped block. */
    private final long high;

    private final long low;

    private IpAddress(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /**
     * Returns the address that the literal stands for, or null if it is none. Host names, octets with leading zeros,
     * short forms such as {@code 127.1}, zone ids, brackets and ports are refused.
     */
    public static @Nullable IpAddress parse(String literal) {
        if (literal.length() > LONGEST) {
            return null;
        }
        if (literal.indexOf(':') >= 0) {
            return parseIpv6(literal);
        }
        long bits = ipv4Bits(literal, 0);
        return bits < 0 ? null : new IpAddress(0, MAPPED | bits);
    }

    /** Tells whether this is an IPv4 address. */
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /**
     * Returns the smallest block that is given to one subscriber: the address itself for IPv4, the /64 for IPv6 (RFC
     * 6177). Counting by it keeps a sender from escaping by changing addresses within its own network.
     */
    public IpAddress subscriber() {
        return isIpv4() ? this : new IpAddress(high, 0);
    }

    /** Returns the first 64 of 128 bits; IPv4 addresses count as IPv4-mapped ones. */
    long high() {
        return high;
    }

    /** Returns the last 64 of 128 bits. */
    long low() {
        return low;
    }

    private static @Nullable IpAddress parseIpv6(String literal) {
        int gap = literal.indexOf("::");
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            return readGroups(literal, groups, true) == GROUPS ? of(groups) : null;
        }
        int[] tail = new int[GROUPS];
        int before = readGroups(literal.substring(0, gap), groups, false);
        int after = readGroups(literal.substring(gap + 2), tail, true);
        if (before < 0 || after < 0 || before + after >= GROUPS) {
            return null;
        }
        System.arraycopy(tail, 0, groups, GROUPS - after, after);
        return of(groups);
    }

    /** Reads groups between colons, at the very end also an IPv4 address; returns how many, or -1. */
    private static int readGroups(String part, int[] groups, boolean atEnd) {
        int count = 0;
        for (int at = 0; !part.isEmpty() && at >= 0; ) {
            int colon = part.indexOf(':', at);
            if (colon < 0 && atEnd && part.indexOf('.', at) >= 0) {
                long bits = count > GROUPS - 2 ? -1 : ipv4Bits(part, at);
                if (bits < 0) {
                    return -1;
                }
                groups[count] = (int) (bits >>> 16);
                groups[count + 1] = (int) bits & 0xffff;
                return count + 2;
            }
            int group = count == GROUPS ? -1 : hexGroup(part, at, colon < 0 ? part.length() : colon);
            if (group < 0) {
                return -1;
            }
            groups[count++] = group;
            at = colon < 0 ? -1 : colon + 1;
        }
        return count;
    }

    private static int hexGroup(String text, int from, int to) {
        if (to - from < 1 || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return -1;
            }
            value = value << 4 | HexFormat.fromHexDigit(text.charAt(i));
        }
        return value;
    }

    private static long ipv4Bits(String text, int from) {
        long bits = 0;
        int at = from;
        for (int i = 0; i < 4; i++) {
            int end = i == 3 ? text.length() : text.indexOf('.', at);
            int octet = end < 0 ? -1 : Decimals.parse(text, at, end, 255);
            if (octet < 0) {
                return -1;
            }
            bits = bits << 8 | octet;
            at = end + 1;
        }
        return bits;
    }

    private static IpAddress of(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + GROUPS / 2];
        }
        return new IpAddress(high, low);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress address && high == address.high && low == address.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high) * 31 + Long.hashCode(low);
    }

    /** Returns the normalised text: dotted decimal for IPv4, RFC 5952 for IPv6. */
    @Override
    public String toString() {
        return isIpv4() ? ipv4Text() : ipv6Text();
    }

    private String ipv4Text() {
        return (low >>> 24 & 255) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
    }

    private String ipv6Text() {
        int gapStart = -1;
        int gapLength = 1; // a single zero group is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(i + zeros) == 0) {
                zeros++;
            }
            if (zeros > gapLength) {
                gapStart = i;
                gapLength = zeros;
            }
        }
        StringBuilder text = new StringBuilder(LONGEST);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> (48 - 16 * (index % (GROUPS / 2)))) & 0xffff;
    }
}

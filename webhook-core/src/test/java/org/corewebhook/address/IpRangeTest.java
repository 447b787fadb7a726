package org.corewebhook.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpRangeTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.200.0.1, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "0.0.0.0/0, ::ffff:203.0.113.9, true",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.9, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:0:0/96, 10.1.2.3, true",
        "::ffff:0:0/96, ::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/65, 2001:db8::7fff:ffff:ffff:ffff, true",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
        "::1, ::1, true",
        "::1, ::2, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false"
    })
    void containsTheAddressesOfTheBlock(String range, String address, boolean contained) {
        assertThat(IpRange.parse(range).contains(IpAddress.parse(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10.0.0.0/ 8",
                "::/129",
                "::/",
                "::ffff:10.0.0.0/95",
                "localhost/8",
                "10.0.0/8"
            })
    void refusesWhatIsNoBlock(String text) {
        assertThat(IpRange.parse(text)).isNull();
    }

    @Test
    void writesTheBlockAsItWasGiven() {
        assertThat(List.of(
                        IpRange.parse("10.0.0.0/8"),
                        IpRange.parse("2001:DB8::/32"),
                        IpRange.parse("192.0.2.1"),
                        IpRange.parse("::ffff:10.0.0.0/104")))
                .extracting(IpRange::toString)
                .containsExactly("10.0.0.0/8", "2001:db8::/32", "192.0.2.1/32", "10.0.0.0/8");
    }

    @Test
    void anyContainsAsksAllBlocks() {
        List<IpRange> ranges = List.of(IpRange.parse("192.0.2.1"), IpRange.parse("2001:db8::/32"));

        assertThat(IpRange.anyContains(ranges, IpAddress.parse("2001:db8::1"))).isTrue();
        assertThat(IpRange.anyContains(ranges, IpAddress.parse("192.0.2.2"))).isFalse();
        assertThat(IpRange.anyContains(List.of(), IpAddress.parse("192.0.2.2"))).isFalse();
    }

    @Property(tries = 3000)
    void agreesWithArithmeticOnIpv6(
            @ForAll @Size(16) byte[] network,
            @ForAll @IntRange(max = 128) int prefix,
            @ForAll @IntRange(max = 127) int flippedBit)
            throws UnknownHostException {
        network[0] |= 0x20; // not in the IPv4-mapped block
        agrees(network, prefix, flippedBit);
    }

    @Property(tries = 3000)
    void agreesWithArithmeticOnIpv4(
            @ForAll @Size(4) byte[] network,
            @ForAll @IntRange(max = 32) int prefix,
            @ForAll @IntRange(max = 31) int flippedBit)
            throws UnknownHostException {
        agrees(network, prefix, flippedBit);
    }

    /** Compares with the model for the network's own address and for one that differs in one bit. */
    private static void agrees(byte[] network, int prefix, int flippedBit) throws UnknownHostException {
        IpRange range = IpRange.parse(text(network) + "/" + prefix);
        byte[] other = network.clone();
        other[flippedBit / 8] ^= (byte) (0x80 >>> flippedBit % 8);

        assertThat(range.contains(IpAddress.parse(text(network)))).isTrue();
        if (network.length == 4 || (other[0] != 0)) {
            assertThat(range.contains(IpAddress.parse(text(other)))).isEqualTo(model(network, prefix, other));
        }
    }

    private static boolean model(byte[] network, int prefix, byte[] address) {
        int hostBits = network.length * 8 - prefix;
        return new BigInteger(1, network).shiftRight(hostBits).equals(new BigInteger(1, address).shiftRight(hostBits));
    }

    private static String text(byte[] bytes) throws UnknownHostException {
        return InetAddress.getByAddress(bytes).getHostAddress();
    }
}

package org.corewebhook.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    /** The examples of RFC 5952 and RFC 4291, then our own. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::AAAA, 2001:db8::aaaa",
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789, abcd:ef01:2345:6789:abcd:ef01:2345:6789",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "FF01:0:0:0:0:0:0:101, ff01::101",
        "::FFFF:129.144.52.38, 129.144.52.38",
        "::ffff:8190:3426, 129.144.52.38",
        "0:0:0:0:0:0:13.1.68.3, ::d01:4403",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1::, 1::",
        "127.0.0.1, 127.0.0.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255"
    })
    void readsAndNormalisesLiterals(String literal, String normalised) {
        assertThat(IpAddress.parse(literal)).hasToString(normalised);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "example.org",
                "010.0.0.1",
                "10.0.0.01",
                "127.1",
                "2130706433",
                "0x7f.0.0.1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-4",
                "1.2.3.+4",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4 ",
                "1.2.3.4:80",
                "1.2.3.4/32",
                "١.٢.٣.٤",
                ":",
                ":::",
                "1:::2",
                "1::2::3",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4:5:6:7:8::",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "g::",
                "::1%eth0",
                "fe80::1%1",
                "[::1]",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "::1.2.3.4:1.2.3.4",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::ffff:010.0.0.1",
                "::1/128",
                "::٣"
            })
    void refusesWhatIsNoLiteral(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @Property
    void readsEveryIpv6AddressAsTheJdkWritesIt(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);
        IpAddress parsed = IpAddress.parse(address.getHostAddress());

        assertThat(parsed).isNotNull();
        assertThat(InetAddress.getByName(parsed.toString())).isEqualTo(address);
        assertThat(IpAddress.parse(parsed.toString())).isEqualTo(parsed).hasSameHashCodeAs(parsed);
        assertThat(IpAddress.parse(address.getHostAddress().toUpperCase(Locale.ROOT)))
                .isEqualTo(parsed);
    }

    @Property
    void readsEveryIpv4AddressAndItsMappedForm(@ForAll @Size(4) byte[] bytes) throws UnknownHostException {
        String text = InetAddress.getByAddress(bytes).getHostAddress();
        String groups = String.format("::ffff:%04x:%04x", intAt(bytes, 0), intAt(bytes, 2));

        assertThat(IpAddress.parse(text)).hasToString(text).isEqualTo(IpAddress.parse("::ffff:" + text));
        assertThat(IpAddress.parse(groups)).isEqualTo(IpAddress.parse(text));
        assertThat(IpAddress.parse(text).isIpv4()).isTrue();
    }

    @Property
    void readsSparseIpv6AddressesWithOneGap(@ForAll @Size(8) boolean[] zero) throws UnknownHostException {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[2 * i + 1] = (byte) (zero[i] ? 0 : i + 1);
        }
        String text = IpAddress.parse(InetAddress.getByAddress(bytes).getHostAddress())
                .toString();

        assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(bytes);
    }

    @Property
    void neverThrows(@ForAll @StringLength(max = 60) String text) {
        IpAddress address = IpAddress.parse(text);
        assertThat(address == null || IpAddress.parse(address.toString()).equals(address))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "2001:db8:0:1::7, 2001:db8:0:1:ffff::8, true",
        "2001:db8:0:1::7, 2001:db8:0:2::7, false"
    })
    void oneSubscriberHasAnIpv4AddressOrAnIpv6Network(String one, String other, boolean same) {
        assertThat(IpAddress.parse(one)
                        .subscriber()
                        .equals(IpAddress.parse(other).subscriber()))
                .isEqualTo(same);
    }

    private static int intAt(byte[] bytes, int from) {
        return new BigInteger(1, new byte[] {bytes[from], bytes[from + 1]}).intValue();
    }
}

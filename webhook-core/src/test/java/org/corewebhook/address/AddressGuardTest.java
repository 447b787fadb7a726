package org.corewebhook.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    private final AddressGuard operator = AddressGuard.operatorUrls();
    private final AddressGuard sender = AddressGuard.senderUrls();

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, unspecified",
        "0.1.2.3, unspecified",
        "::, unspecified",
        "169.254.0.0, link-local",
        "169.254.169.254, link-local",
        "169.254.255.255, link-local",
        "fe80::1, link-local",
        "febf:ffff::1, link-local",
        "fd00:ec2::254, AWS",
        "fd00:ec2::23, AWS",
        "fd20:ce::254, Google",
        "100.100.100.200, Alibaba",
        "168.63.129.16, Azure",
        "192.0.0.192, Oracle",
        "224.0.0.1, multicast",
        "239.255.255.255, multicast",
        "ff02::1, multicast",
        "255.255.255.255, broadcast",
        "::169.254.169.254, link-local",
        "64:ff9b::a9fe:a9fe, link-local",
        "64:ff9b:1::a9fe:a9fe, link-local",
        "2002:a9fe:a9fe::1, link-local",
        "64:ff9b::6464:64c8, Alibaba"
    })
    void refusesMetadataServicesAndWhatIsNoHostForBoth(String address, String reason) throws Exception {
        assertThat(operator.refusal(literal(address))).contains(reason);
        assertThat(sender.refusal(literal(address))).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, loopback",
        "127.255.255.254, loopback",
        "::1, loopback",
        "10.0.0.0, private",
        "10.255.255.255, private",
        "172.16.0.1, private",
        "172.31.255.255, private",
        "192.168.0.1, private",
        "fc00::1, private",
        "fdff:ffff::1, private",
        "100.64.0.1, shared",
        "100.127.255.255, shared",
        "192.0.0.1, protocols",
        "192.88.99.1, 6to4",
        "198.18.0.1, benchmarks",
        "198.19.255.255, benchmarks",
        "192.0.2.1, documentation",
        "198.51.100.1, documentation",
        "203.0.113.255, documentation",
        "2001:db8::1, documentation",
        "3fff:fff::1, documentation",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2, Teredo",
        "2001:20::1, protocols",
        "240.0.0.1, reserved",
        "255.255.255.254, reserved",
        "fec0::1, not a public address",
        "100::1, not a public address",
        "5f00::1, not a public address",
        "4000::1, not a public address",
        "::10.1.2.3, private",
        "::127.0.0.1, loopback",
        "64:ff9b::7f00:1, loopback",
        "2002:7f00:1::, loopback",
        "2002:c0a8:1::1, private"
    })
    void refusesAddressesThatAreNotPublicForSendersOnly(String address, String reason) throws Exception {
        assertThat(operator.refusal(literal(address))).isNull();
        assertThat(sender.refusal(literal(address))).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2001:200::1",
                "2001:db9::1",
                "3ffe::1",
                "::8.8.8.8",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void allowsPublicAddressesForBoth(String address) throws Exception {
        assertThat(operator.refusal(literal(address))).isNull();
        assertThat(sender.refusal(literal(address))).isNull();
    }

    @Test
    void judgesAnIpv4MappedAddressByTheIpv4Address() throws Exception {
        assertThat(operator.refusal(mapped(169, 254, 169, 254))).contains("link-local");
        assertThat(sender.refusal(mapped(10, 0, 0, 1))).contains("private");
        assertThat(sender.refusal(mapped(8, 8, 8, 8))).isNull();
    }

    @Test
    void namesTheAddressAndNeverTheHostNameThatLedToIt() throws Exception {
        InetAddress address = InetAddress.getByAddress("metadata.example", new byte[] {(byte) 169, (byte) 254, 1, 1});

        assertThat(operator.refusal(address)).startsWith("169.254.1.1 is ").doesNotContain("metadata.example");
    }

    private static InetAddress literal(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }

    /** The JDK turns these into IPv4 addresses unless a scope is given. */
    private static InetAddress mapped(int... ipv4) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[10] = -1;
        bytes[11] = -1;
        for (int i = 0; i < 4; i++) {
            bytes[12 + i] = (byte) ipv4[i];
        }
        return Inet6Address.getByAddress(null, bytes, 0);
    }
}

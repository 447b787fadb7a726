package org.corewebhook.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final ClientAddress PROXIED =
            ClientAddress.behind(List.of(IpRange.parse("127.0.0.1"), IpRange.parse("10.0.0.0/8")));

    @Test
    void isThePeerWhenNoProxyIsTrusted() {
        WebhookRequest request = request("192.0.2.1", "X-Forwarded-For", "203.0.113.9", "X-Real-IP", "203.0.113.9");

        assertThat(ClientAddress.behind(List.of()).of(request)).hasToString("192.0.2.1");
    }

    @Test
    void isThePeerWhenAnUntrustedPeerSendsForwardedHeaders() {
        assertThat(PROXIED.of(request("192.0.2.1", "X-Forwarded-For", "203.0.113.9")))
                .hasToString("192.0.2.1");
    }

    @Test
    void isTheTrustedPeerWhenItForwardsNothing() {
        assertThat(PROXIED.of(request("127.0.0.1"))).hasToString("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9|203.0.113.9",
                "1.1.1.1, 203.0.113.9|203.0.113.9",
                "1.1.1.1, 203.0.113.9, 10.0.0.7|203.0.113.9",
                "1.1.1.1,203.0.113.9 ,10.0.0.7 , 127.0.0.1|203.0.113.9",
                "10.0.0.8, 10.0.0.7|10.0.0.8",
                "garbage, 203.0.113.9|203.0.113.9",
                ", 203.0.113.9|203.0.113.9",
                "203.0.113.9:4711|203.0.113.9",
                "[2001:db8::1]:443|2001:db8::1",
                "[2001:db8::1]|2001:db8::1",
                "2001:db8::1|2001:db8::1",
                "::ffff:203.0.113.9|203.0.113.9",
                "203.0.113.9, ::ffff:10.0.0.7|203.0.113.9",
                "203.0.113.9, 10.0.0.7:80|203.0.113.9"
            })
    void isTheFirstUntrustedHopFromTheRight(String forwarded, String client) {
        assertThat(PROXIED.of(request("127.0.0.1", "X-Forwarded-For", forwarded)))
                .hasToString(client);
    }

    @Test
    void readsAllLinesOfTheHeaderInOrder() {
        WebhookRequest request = request(
                "127.0.0.1", "X-Forwarded-For", "1.1.1.1, 203.0.113.9", "x-forwarded-for", "10.0.0.8, 10.0.0.7");

        assertThat(PROXIED.of(request)).hasToString("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "203.0.113.9,",
                "203.0.113.9, unknown",
                "203.0.113.9, _hidden, 10.0.0.7",
                "localhost",
                "010.0.0.1",
                "fe80::1%eth0",
                "[203.0.113.9]",
                "[203.0.113.9]:80",
                "[::1",
                "[::1]x",
                "[::1]:",
                "[::1]:65536",
                "[::1]:port",
                "::1]",
                "203.0.113.9:",
                "203.0.113.9:-1",
                "203.0.113.9:80:80",
                "\"203.0.113.9\"",
                "for=203.0.113.9"
            })
    void isUnknownWhenAHopIsNoAddress(String forwarded) {
        assertThat(PROXIED.of(request("127.0.0.1", "X-Forwarded-For", forwarded)))
                .isNull();
    }

    @Test
    void isTheRealIpOfATrustedProxyWithoutForwardedFor() {
        assertThat(PROXIED.of(request("127.0.0.1", "X-Real-IP", "203.0.113.9"))).hasToString("203.0.113.9");
    }

    @Test
    void prefersForwardedForToTheRealIp() {
        WebhookRequest request = request("127.0.0.1", "X-Real-IP", "1.1.1.1", "X-Forwarded-For", "203.0.113.9");

        assertThat(PROXIED.of(request)).hasToString("203.0.113.9");
    }

    @Test
    void isUnknownWhenRealIpsContradictEachOther() {
        assertThat(PROXIED.of(request("127.0.0.1", "X-Real-IP", "203.0.113.9", "X-Real-IP", "203.0.113.9")))
                .isNull();
        assertThat(PROXIED.of(request("127.0.0.1", "X-Real-IP", "203.0.113.9, 1.1.1.1")))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:1, ::1",
        "[::1], ::1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "fe80:0:0:0:0:0:0:1%eth0, fe80::1",
        "[fe80::1%2], fe80::1",
        "not-an-address,",
        "%,",
        "'',"
    })
    void readsThePeerInTheFormsOfContainers(String remoteAddress, String client) {
        IpAddress address = PROXIED.of(request(remoteAddress));

        assertThat(address == null ? null : address.toString()).isEqualTo(client);
    }

    @Property
    void neverThrows(@ForAll List<String> forwarded, @ForAll String peer) {
        WebhookRequest.Builder trusted = WebhookRequest.post("/webhook/a").remoteAddress("127.0.0.1");
        forwarded.forEach(line -> trusted.header("X-Forwarded-For", line));
        WebhookRequest.Builder strange = WebhookRequest.post("/webhook/a").remoteAddress(peer);

        for (WebhookRequest request : Arrays.asList(trusted.build(), strange.build())) {
            IpAddress address = PROXIED.of(request);
            assertThat(address == null || IpAddress.parse(address.toString()).equals(address))
                    .isTrue();
        }
    }

    private static WebhookRequest request(String remoteAddress, String... headers) {
        WebhookRequest.Builder builder = WebhookRequest.post("/webhook/a").remoteAddress(remoteAddress);
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.build();
    }
}

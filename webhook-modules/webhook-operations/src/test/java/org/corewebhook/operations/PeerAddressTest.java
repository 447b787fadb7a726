package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {

    private final PeerAddress peers = PeerAddress.behind(AddressList.of(List.of("10.0.0.1", "2001:DB8:0::1")));

    @Test
    void believesNobodyElse() {
        WebhookRequest request = request("203.0.113.9", "192.0.2.7");

        assertThat(peers.client(request)).isEqualTo("203.0.113.9");
        assertThat(peers.viaTrustedProxy(request)).isFalse();
    }

    @Test
    void takesTheRightmostHopThatIsNoProxy() {
        WebhookRequest request = request("2001:db8::1", "198.51.100.1, 192.0.2.7", "10.0.0.1");

        assertThat(peers.client(request)).isEqualTo("192.0.2.7");
        assertThat(peers.viaTrustedProxy(request)).isTrue();
    }

    @Test
    void takesTheProxyWhenItSaysNothing() {
        assertThat(peers.client(request("10.0.0.1"))).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "", "192.0.2.7, unknown", "192.0.2.256", "10.0.0.0.1", "1:2", "2130706433"})
    void cannotTellTheClientBehindWhatIsNoAddress(String forwarded) {
        assertThat(peers.client(request("10.0.0.1", forwarded))).isEqualTo(PeerAddress.UNKNOWN);
    }

    @Test
    void comparesAddressesByValue() {
        assertThat(peers.viaTrustedProxy(request("::ffff:10.0.0.1"))).isTrue();
        assertThat(peers.viaTrustedProxy(request("2001:db8:0:0:0:0:0:1"))).isTrue();
    }

    private static WebhookRequest request(String peer, String... forwarded) {
        WebhookRequest.Builder request = WebhookRequest.builder("GET", "/stats").remoteAddress(peer);
        for (String value : forwarded) {
            request.header("X-Forwarded-For", value);
        }
        return request.build();
    }
}

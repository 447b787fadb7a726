package org.corewebhook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.client5.http.DnsResolver;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which address is connected to; names are resolved by a fake, never by a real resolver. */
class HttpWebhookResolverTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final FakeResolver resolver = new FakeResolver();
    private Destination destination;

    @BeforeEach
    void start() throws IOException {
        destination = new Destination();
    }

    @AfterEach
    void stop() {
        destination.close();
    }

    @Test
    void connectsToWhatTheNameResolvesTo() throws Exception {
        resolver.addresses = List.of(LOOPBACK);

        deliver("http://hooks.example:" + destination.port() + "/");

        assertThat(destination.only().header("Host")).isEqualTo("hooks.example:" + destination.port());
        assertThat(resolver.asked).containsExactly("hooks.example");
    }

    @Test
    void asksTheResolverForLiteralAddressesAsWell() throws Exception {
        resolver.addresses = List.of(LOOPBACK);

        deliver("http://127.0.0.1:" + destination.port() + "/");

        assertThat(resolver.asked).containsExactly("127.0.0.1");
        assertThat(destination.received()).hasSize(1);
    }

    @Test
    void asksTheResolverForLiteralIpv6AddressesAsWell() throws Exception {
        resolver.addresses = List.of(LOOPBACK);

        deliver("http://[fd12:3456::1]:" + destination.port() + "/");

        assertThat(resolver.asked).containsExactly("fd12:3456::1");
        assertThat(destination.only().header("Host")).isEqualTo("[fd12:3456::1]:" + destination.port());
    }

    @Test
    void refusesWhenOneOfTheAddressesIsAMetadataService() throws Exception {
        resolver.addresses = List.of(LOOPBACK, InetAddress.getByName("169.254.169.254"));

        DeliveryException failure = failureOf("http://hooks.example:" + destination.port() + "/");

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure)
                .hasMessageStartingWith("hooks.example must not be connected to: 169.254.169.254 is link-local");
        assertThat(destination.received()).isEmpty();
    }

    @Test
    void asksAgainForEachConnectionSoThatALaterAnswerIsCheckedToo() throws Exception {
        resolver.addresses = List.of(LOOPBACK);
        destination.answering(Destination.answer(204, "Connection", "close"));
        Settings settings = Settings.of(Map.of("url", "http://hooks.example:" + destination.port() + "/"));
        try (OutputModule module = new HttpWebhookProvider(resolver).create(settings, null)) {
            module.deliver(Events.event("{}"));
            resolver.addresses = List.of(InetAddress.getByName("fd00:ec2::254"));

            DeliveryException failure =
                    catchThrowableOfType(DeliveryException.class, () -> module.deliver(Events.event("{}")));

            assertThat(failure).hasMessageContaining("AWS");
        }
        assertThat(destination.received()).hasSize(1);
    }

    @Test
    void failsRetryablyWhenTheNameIsUnknown() {
        DeliveryException failure = failureOf("http://hooks.example:" + destination.port() + "/");

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("hooks.example").hasCauseInstanceOf(UnknownHostException.class);
    }

    private DeliveryException failureOf(String url) {
        return catchThrowableOfType(DeliveryException.class, () -> deliver(url));
    }

    private void deliver(String url) throws Exception {
        Settings settings = Settings.of(Map.of("url", url));
        try (OutputModule module = new HttpWebhookProvider(resolver).create(settings, null)) {
            assertThat(settings.problems()).isEmpty();
            module.deliver(Events.event("{}"));
        }
    }

    private static final class FakeResolver implements DnsResolver {

        private final List<String> asked = new CopyOnWriteArrayList<>();
        private volatile List<InetAddress> addresses = List.of();

        @Override
        public InetAddress[] resolve(String host) {
            asked.add(host);
            return addresses.toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}

package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;

/** What the outputs write, read with other clients. */
class RedisFormatsTest {

    private final RedisServer server = RedisServer.shared();
    private final String name = "test-" + UUID.randomUUID();
    private final WebhookEvent event = Events.event(
            "orders",
            Headers.of("X-Event", "a", "Content-Type", "text/\u00e9", "x-event", "b"),
            "{ \"n\":1.0 }\n".getBytes(UTF_8));

    @Test
    void envelopeHoldsTheJsonAsItStandsAndTheHeadersInLowerCase() throws Exception {
        assertThat(published("json"))
                .isEqualTo(
                        "{\"payload\":{ \"n\":1.0 }\n,\"headers\":{\"x-event\":\"a, b\",\"content-type\":\"text/\\u00E9\","
                                + "\"x-webhook-event-id\":\"" + event.id() + "\"}}");
    }

    @Test
    void envelopeHoldsABlobInBase64AndSaysSo() throws Exception {
        assertThat(published("blob"))
                .startsWith("{\"payload\":\"eyAibiI6MS4wIH0K\",\"payload_encoding\":\"base64\",\"headers\":{");
    }

    @Test
    void streamEntryNamesTheEventAndItsEndpoint() throws Exception {
        try (SharedConnection connection = server.connection();
                OutputModule module = new RedisStreamProvider()
                        .create(Settings.of(Map.of("stream", name, "max_len", 100)), connection)) {
            module.deliver(event);
        }

        assertThat(server.cli("XRANGE", name, "-", "+").lines().skip(1))
                .containsExactly(
                        "id",
                        event.id(),
                        "endpoint",
                        "orders",
                        "body",
                        "{ \"n\":1.0 }",
                        "",
                        "headers",
                        "{\"x-event\":\"a, b\",\"content-type\":\"text/\\u00E9\"}");
    }

    @Test
    void streamAndListKeepTheNewestWhenTheirLengthIsLimited() throws Exception {
        String list = name + "-list";
        try (SharedConnection connection = server.connection();
                OutputModule stream = new RedisStreamProvider()
                        .create(Settings.of(Map.of("stream", name, "max_len", 100)), connection);
                OutputModule limited =
                        new RedisListProvider().create(Settings.of(Map.of("list", list, "max_len", 3)), connection)) {
            for (int i = 0; i < 5; i++) {
                stream.deliverAll(Events.numbered(200));
            }
            limited.deliverAll(Events.numbered(10));
        }

        assertThat(Integer.parseInt(server.cli("XLEN", name))).isBetween(100, 300);
        assertThat(server.cli("LRANGE", list, "0", "-1").lines())
                .containsExactly("{\"n\":7}", "{\"n\":8}", "{\"n\":9}");
    }

    private String published(String dataType) throws Exception {
        Settings endpoint = Settings.of(Map.of("data_type", dataType, "redis", server.settings("channel", name)));
        try (Subscriber subscriber = new Subscriber(server, name);
                OutputModule module = new RedisPublishProvider().create(endpoint.object("module-config"), null)) {
            module.deliver(event);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (subscriber.messages().isEmpty() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            return new String(subscriber.messages().get(0), UTF_8);
        }
    }
}

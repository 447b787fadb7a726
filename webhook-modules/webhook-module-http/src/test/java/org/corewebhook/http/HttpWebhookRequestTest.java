package org.corewebhook.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.http.Destination.Received;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWebhookRequestTest {

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
    void postsTheBytesWithTypeIdAndOwnUserAgent() throws Exception {
        WebhookEvent event = Events.event("{\"x\":[1,2]}");

        Received request = deliver(Map.of("url", destination.url("/f-post")), event);

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo("/f-post");
        assertThat(request.body()).isEqualTo(event.body());
        assertThat(request.headers().get("Content-Type")).containsExactly("application/json");
        assertThat(request.headers().get("Content-Length")).containsExactly("11");
        assertThat(request.header("X-Webhook-Event-Id")).isEqualTo(event.id());
        assertThat(request.header("User-Agent")).startsWith("core-webhook");
        assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + destination.port());
        assertThat(request.headers())
                .doesNotContainKeys("Accept-encoding", "Transfer-encoding", "Expect", "Upgrade", "Cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "put"})
    void usesTheMethodThatIsConfigured(String method) throws Exception {
        Received request = deliver(Map.of("url", destination.url("/"), "method", method), Events.event("{}"));

        assertThat(request.method()).isEqualToIgnoringCase(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb/c%20d?q=%26&r=a+b&empty=", "/", "/a/../b", "/a;v=1", "/?a=http://x/"})
    void sendsPathAndQueryAsTheyAreWritten(String pathAndQuery) throws Exception {
        Received request = deliver(Map.of("url", destination.url(pathAndQuery)), Events.event("{}"));

        assertThat(request.uri()).isEqualTo(pathAndQuery);
    }

    @Test
    void sendsTheRootWhenTheUrlHasNoPath() throws Exception {
        assertThat(deliver(Map.of("url", destination.url("")), Events.event("{}"))
                        .uri())
                .isEqualTo("/");
    }

    @Test
    void saysThatAnEmptyBodyIsEmpty() throws Exception {
        Received request = deliver(Map.of("url", destination.url("/")), Events.event(""));

        assertThat(request.headers().get("Content-Length")).containsExactly("0");
        assertThat(request.body()).isEmpty();
    }

    @Test
    void computesTheLengthItselfWhateverTheSenderSaid() throws Exception {
        Headers headers = Headers.of("Content-Length", "999", "Transfer-Encoding", "chunked", "Expect", "100-continue");

        Received request = deliver(Map.of("url", destination.url("/")), Events.event(headers, new byte[] {'{', '}'}));

        assertThat(request.headers().get("Content-Length")).containsExactly("2");
        assertThat(request.headers()).doesNotContainKeys("Transfer-encoding", "Expect");
    }

    @Test
    void sendsOwnHeadersAlsoForTheHost() throws Exception {
        Received request = deliver(
                Map.of("url", destination.url("/"), "headers", Map.of("Host", "inner.example", "X-Number", 7)),
                Events.event("{}"));

        assertThat(request.headers().get("Host")).containsExactly("inner.example");
        assertThat(request.header("X-Number")).isEqualTo("7");
    }

    @Test
    void cannotBeMadeToSendAnotherHeaderByALineBreakInAValue() throws Exception {
        Headers headers = Headers.of("X-Event", "push\r\nX-Injected: 1", "X-Other", "a\nX-Injected: 2");

        Received request = deliver(Map.of("url", destination.url("/")), Events.event(headers, new byte[0]));

        assertThat(request.headers()).doesNotContainKey("X-injected");
        assertThat(destination.received()).hasSize(1);
    }

    @Test
    void opensNoMoreConnectionsThanAllowed() {
        OutputModule few = module(Map.of("url", destination.url("/"), "max_connections", 3));
        OutputModule many = module(Map.of("url", destination.url("/"), "max_connections", 500));

        assertThat(few.concurrency()).isEqualTo(3);
        assertThat(many.concurrency()).isEqualTo(64);
    }

    private Received deliver(Map<String, ?> settings, WebhookEvent event) throws Exception {
        try (OutputModule module = module(settings)) {
            module.deliver(event);
        }
        return destination.only();
    }

    private static OutputModule module(Map<String, ?> values) {
        Settings settings = Settings.of(values);
        OutputModule module = new HttpWebhookProvider().create(settings, null);
        assertThat(settings.problems()).isEqualTo(List.of());
        return module;
    }
}

package org.corewebhook.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.junit.jupiter.api.Test;

class EventsTest {

    @Test
    void idsAreDistinctAscendingAndOfVersion7() {
        List<String> ids = Events.numbered(100).stream().map(WebhookEvent::id).toList();

        assertThat(ids).doesNotHaveDuplicates().isSorted();
        assertThat(ids)
                .allSatisfy(id -> assertThat(UUID.fromString(id).version()).isEqualTo(7));
    }

    @Test
    void keepsTheBytesAndHeadersThatWereGiven() {
        byte[] body = {0, (byte) 0xff};

        WebhookEvent event = Events.event("orders", Headers.of("X-A", "b"), body);

        assertThat(event.endpoint()).isEqualTo("orders");
        assertThat(event.headers().first("x-a")).isEqualTo("b");
        assertThat(event.body()).isSameAs(body);
    }

    @Test
    void numbersTheBodies() {
        assertThat(Events.numbered(3).stream().map(event -> new String(event.body(), UTF_8)))
                .containsExactly("{\"n\":0}", "{\"n\":1}", "{\"n\":2}");
    }
}

package org.corewebhook.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.testkit.Events;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.Framedata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFramesTest {

    private static final EventFrames ENVELOPE = new EventFrames(true, false, false);
    private static final EventFrames RAW = new EventFrames(false, false, false);

    @ParameterizedTest
    @ValueSource(strings = {"{ \"b\": 1.0, \"a\":\"\u6f22\\u00e9\",\"b\":2 }", " [1e400] ", "7", "\"text\"", "null"})
    void putsJsonIntoTheEnvelopeAsItIs(String json) {
        assertThat(text(ENVELOPE.frame(Events.event(json)))).isEqualTo("{\"payload\":" + json + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "{\"a\":1} {}", "\uFEFF{}", "}, \"id\": {"})
    void putsAnythingElseIntoTheEnvelopeInBase64(String other) {
        String base64 = Base64.getEncoder().encodeToString(other.getBytes(UTF_8));

        assertThat(text(ENVELOPE.frame(Events.event(other)))).isEqualTo("{\"payload_base64\":\"" + base64 + "\"}");
    }

    @Test
    void addsHeadersAndIdOnlyWhenAsked() {
        Headers headers =
                Headers.of("Content-Type", "application/json", "X-Tag", "a", "x-tag", "\"b\"\u00e9\ud800", "X-Two", "");
        WebhookEvent event = Events.event(headers, "{}".getBytes(UTF_8));

        assertThat(text(new EventFrames(true, true, true).frame(event)))
                .isEqualTo("{\"payload\":{},\"headers\":{\"content-type\":\"application/json\","
                        + "\"x-tag\":\"a, \\\"b\\\"\\u00E9\\uD800\",\"x-two\":\"\"},\"id\":\"" + event.id() + "\"}");
        assertThat(text(ENVELOPE.frame(event))).isEqualTo("{\"payload\":{}}");
    }

    @Test
    void sendsBareJsonAsTextAndAnythingElseAsBinary() {
        Framedata json = RAW.frame(Events.event(" {\"a\":1}\n"));
        Framedata other = RAW.frame(Events.event(new byte[] {'{', (byte) 0xff, '}'}));

        assertThat(json.getOpcode()).isEqualTo(Opcode.TEXT);
        assertThat(text(json)).isEqualTo(" {\"a\":1}\n");
        assertThat(other.getOpcode()).isEqualTo(Opcode.BINARY);
        assertThat(other.getPayloadData().array()).containsExactly('{', 0xff, '}');
    }

    private static String text(Framedata frame) {
        return UTF_8.decode(frame.getPayloadData()).toString();
    }
}

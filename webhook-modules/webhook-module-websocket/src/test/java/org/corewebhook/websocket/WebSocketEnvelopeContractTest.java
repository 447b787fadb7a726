package org.corewebhook.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;

class WebSocketEnvelopeContractTest extends WebSocketContract {

    private static final String JSON = "{\"payload\":";
    private static final String BASE64 = "{\"payload_base64\":\"";

    @Override
    Map<String, ?> variant() {
        return Map.of();
    }

    @Override
    byte[] body(Peer.Message message) {
        String text = message.text();
        return text.startsWith(JSON)
                ? text.substring(JSON.length(), text.length() - 1).getBytes(UTF_8)
                : Base64.getDecoder().decode(text.substring(BASE64.length(), text.length() - 2));
    }
}

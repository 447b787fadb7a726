package org.corewebhook.websocket;

import java.util.Map;

class WebSocketRawContractTest extends WebSocketContract {

    @Override
    Map<String, ?> variant() {
        return Map.of("format", "raw", "wait_for_response", true);
    }

    @Override
    byte[] body(Peer.Message message) {
        return message.bytes();
    }
}

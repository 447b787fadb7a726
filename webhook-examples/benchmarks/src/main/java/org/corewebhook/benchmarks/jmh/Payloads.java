package org.corewebhook.benchmarks.jmh;

import java.nio.charset.StandardCharsets;

/** Bodies to measure with. */
final class Payloads {

    private Payloads() {}

    /** Returns JSON of about so many bytes, with a few characters beyond ASCII. */
    static byte[] json(int size) {
        StringBuilder json = new StringBuilder("{\"customer\":\"Zoë Müller\",\"items\":[");
        while (json.length() < size - 80) {
            json.append("{\"sku\":\"A-1042\",\"quantity\":3,\"price\":19.95,\"gift\":false,\"note\":null},");
        }
        return json.append("0]}").toString().getBytes(StandardCharsets.UTF_8);
    }
}

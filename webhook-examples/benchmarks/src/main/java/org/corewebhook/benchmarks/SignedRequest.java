package org.corewebhook.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The request that is sent over and over: JSON of about a size, signed as GitHub signs. */
final class SignedRequest {

    static final String SECRET = "It's a Secret to Everybody";
    static final String PATH = "/webhook/orders";

    private SignedRequest() {}

    /** Returns orders with a few characters beyond ASCII, as real payloads have them, of exactly so many bytes. */
    static byte[] body(int size) {
        StringBuilder json = new StringBuilder("{\"event\":\"order.paid\",\"customer\":\"Zoë Müller\",\"items\":[");
        String item = "{\"sku\":\"A-1042\",\"quantity\":3,\"price\":19.95,\"gift\":false,\"note\":null},";
        while (bytes(json).length + item.length() + 16 < size) {
            json.append(item);
        }
        json.append("0],\"pad\":\"");
        int missing = size - bytes(json).length - 2;
        json.append("x".repeat(Math.max(0, missing))).append("\"}");
        return bytes(json);
    }

    static String signature(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(SECRET), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the bytes of a whole HTTP/1.1 request with the headers that senders really send. */
    static byte[] http(String path, byte[] body) {
        String head = "POST " + path + " HTTP/1.1\r\n"
                + "Host: 127.0.0.1\r\n"
                + "User-Agent: GitHub-Hookshot/8f2c1a0\r\n"
                + "Accept: */*\r\n"
                + "Content-Type: application/json\r\n"
                + "X-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958\r\n"
                + "X-GitHub-Event: push\r\n"
                + "X-Hub-Signature-256: " + signature(body) + "\r\n"
                + "Content-Length: " + body.length + "\r\n\r\n";
        byte[] start = bytes(head);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }

    private static byte[] bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}

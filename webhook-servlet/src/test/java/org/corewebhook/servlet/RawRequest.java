package org.corewebhook.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.LoggerFactory;

/**
 * A POST that is written byte by byte to a socket.
 *
 * @param contentType null for none
 * @param chunked without a Content-Length
 * @param headers whole lines
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRequest(String contentType, byte[] body, boolean chunked, List<String> headers) {

    static final String SECRET = "only-for-tests";

    static RawRequest of(String contentType, byte[] body) {
        return new RawRequest(contentType, body, false, List.of());
    }

    static RawRequest of(String contentType, String body) {
        return of(contentType, body.getBytes(UTF_8));
    }

    RawRequest inChunks() {
        return new RawRequest(contentType, body, true, headers);
    }

    RawRequest header(String line) {
        List<String> more = new ArrayList<>(headers);
        more.add(line);
        return new RawRequest(contentType, body, chunked, more);
    }

    /** Signs the bytes of the body as they go out. */
    RawRequest signed() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return header("X-Signature: " + HexFormat.of().formatHex(mac.doFinal(body)));
    }

    /** Sends everything, then reads the answer to its end. */
    Answer send(int port, String target) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            write(socket, head(target, true), chunked ? chunks() : body);
            return Answer.parse(socket.getInputStream().readAllBytes());
        }
    }

    /** Sends all, or what the server takes: on a busy machine it may answer and close before it has the rest. */
    static void write(Socket socket, byte[] head, byte[] body) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(head);
        try {
            out.write(body);
            out.flush();
        } catch (SocketException e) {
            LoggerFactory.getLogger(RawRequest.class).debug("Closed by the server, so what it has answered counts", e);
        }
    }

    byte[] head(String target, boolean close) {
        StringBuilder head = new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        head.append(close ? "Connection: close\r\n" : "");
        head.append(contentType == null ? "" : "Content-Type: " + contentType + "\r\n");
        head.append(chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body.length + "\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int size = Math.max(3, body.length / 20);
        for (int i = 0; i < body.length; i += size) {
            int length = Math.min(size, body.length - i);
            out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            out.write(body, i, length);
            out.write("\r\n".getBytes(ISO_8859_1));
        }
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        return out.toByteArray();
    }

    /** What came back. */
    record Answer(int status, String head, String text) {

        static Answer parse(byte[] bytes) {
            String all = new String(bytes, ISO_8859_1);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("Not an HTTP answer: " + all);
            }
            byte[] body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
            return new Answer(Integer.parseInt(all.substring(9, 12)), all.substring(0, end), new String(body, UTF_8));
        }
    }
}

package org.corewebhook.war;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.corewebhook.Headers;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/** An answer as Tomcat puts it on the wire (HTTP/1.1, RFC 9112) when the connection is kept. */
final class ResponseBytes {

    private static final int ROOM = 500;
    private static final int NO_CONTENT = 204;

    private ResponseBytes() {}

    /** {@code keepAlive} is how long the connection is kept, for a sender that has asked to keep it, else null. */
    static ByteBuffer of(WebhookResponse answer, @Nullable Duration keepAlive) {
        StringBuilder head = new StringBuilder(ROOM)
                .append("HTTP/1.1 ")
                .append(answer.status())
                .append(" \r\n");
        for (Headers.Header header : answer.headers()) {
            add(head, header.name(), header.value());
        }
        boolean hasBody = answer.status() != NO_CONTENT;
        if (hasBody) {
            head.append("Content-Length: ").append(answer.body().length).append("\r\n");
        }
        add(head, "Date", FastHttpDateFormat.getCurrentDate());
        if (keepAlive != null) {
            head.append("Keep-Alive: timeout=").append(keepAlive.toSeconds()).append("\r\nConnection: keep-alive\r\n");
        }
        byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(headBytes.length + (hasBody ? answer.body().length : 0));
        bytes.put(headBytes);
        if (hasBody) {
            bytes.put(answer.body());
        }
        return bytes.flip();
    }

    /** A character that would end the line becomes a space, as with Tomcat: no value may become a header of its own. */
    private static void add(StringBuilder head, String name, String value) {
        head.append(name).append(": ");
        int begin = head.length();
        head.append(value);
        for (int i = begin; i < head.length(); i++) {
            char each = head.charAt(i);
            if ((each < ' ' && each != '\t') || each == 0x7f) {
                head.setCharAt(i, ' ');
            }
        }
        head.append("\r\n");
    }
}

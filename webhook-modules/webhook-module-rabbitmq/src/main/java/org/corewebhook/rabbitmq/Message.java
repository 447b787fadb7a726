package org.corewebhook.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.corewebhook.WebhookEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event as AMQP carries it.
 *
 * @param headerBytes the size of the header table and the content type, about
 */
@SuppressWarnings("ArrayRecordComponent") // the event's own bytes on their way to the socket
record Message(BasicProperties properties, byte[] body, int headerBytes) {

    private static final int PERSISTENT = 2;

    /** Names and short texts of AMQP 0-9-1 have a length of one byte. */
    private static final int MAX_SHORT_TEXT = 255;

    /** The length before a name, the type and the length before a value. */
    private static final int FIELD_OVERHEAD = 6;

    @SuppressWarnings("JavaUtilDate") // the client's type for a timestamp
    static Message of(WebhookEvent event, @Nullable String appId) {
        Map<String, Object> table = new LinkedHashMap<>();
        int size = 0;
        for (Map.Entry<String, String> header : event.headers().toMap().entrySet()) {
            int nameLength = utf8Length(header.getKey());
            if (nameLength <= MAX_SHORT_TEXT) {
                table.put(header.getKey(), header.getValue());
                size += nameLength + utf8Length(header.getValue()) + FIELD_OVERHEAD;
            }
        }
        String contentType = event.contentType();
        BasicProperties properties = new BasicProperties.Builder()
                .headers(table)
                .deliveryMode(PERSISTENT)
                .messageId(event.id())
                .timestamp(Date.from(event.receivedAt()))
                .contentType(contentType == null || utf8Length(contentType) > MAX_SHORT_TEXT ? null : contentType)
                .appId(appId)
                .build();
        return new Message(properties, event.body(), size);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

package org.corewebhook.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;

/** Makes events as the receiver does: each with its own id, in ascending order. Thread-safe. */
public final class Events {

    /** The endpoint of events that do not name another. */
    public static final String ENDPOINT = "test";

    private static final AtomicLong COUNT = new AtomicLong();

    private Events() {}

    /** Returns an event with this text in UTF-8 and {@code Content-Type: application/json}. */
    public static WebhookEvent event(String body) {
        return event(body.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns an event with exactly these bytes and {@code Content-Type: application/json}. */
    public static WebhookEvent event(byte[] body) {
        return event(Headers.of("Content-Type", "application/json"), body);
    }

    /** Returns an event with these headers and exactly these bytes. */
    public static WebhookEvent event(Headers headers, byte[] body) {
        return event(ENDPOINT, headers, body);
    }

    /** Returns an event of this endpoint with these headers and exactly these bytes. */
    public static WebhookEvent event(String endpoint, Headers headers, byte[] body) {
        long millis = TestClock.START.toEpochMilli() + COUNT.incrementAndGet();
        return new WebhookEvent(id(millis), endpoint, Instant.ofEpochMilli(millis), headers, body);
    }

    /** Returns so many events with the bodies {@code {"n":0}}, {@code {"n":1}} and so on. */
    public static List<WebhookEvent> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> event("{\"n\":" + n + "}"))
                .toList();
    }

    /** A UUIDv7 (RFC 9562, 5.7) whose random part is constant, so that test output is the same each time. */
    private static String id(long millis) {
        String time = String.format("%012x", millis);
        return time.substring(0, 8) + "-" + time.substring(8) + "-7000-8000-000000000000";
    }
}

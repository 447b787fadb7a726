package org.corewebhook.store.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.WebhookEvent;

/** An event in the journal. Immutable. */
final class JournalEntry {

    private static final int NUMBERS = Long.BYTES + 5 * Integer.BYTES;

    private final long sequence;
    private final WebhookEvent event;
    private final byte[] headers;
    private final List<String> lanes;
    private final long sinceNanos;

    /**
     * Makes an entry.
     *
     * @param headers its headers as they are in a row
     * @param lanes the lanes that have not delivered it yet
     * @param sinceNanos when it was received, by {@link System#nanoTime}
     */
    JournalEntry(long sequence, WebhookEvent event, byte[] headers, List<String> lanes, long sinceNanos) {
        this.sequence = sequence;
        this.event = event;
        this.headers = headers;
        this.lanes = List.copyOf(lanes);
        this.sinceNanos = sinceNanos;
    }

    long sequence() {
        return sequence;
    }

    WebhookEvent event() {
        return event;
    }

    byte[] headers() {
        return headers;
    }

    List<String> lanes() {
        return lanes;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Returns an upper bound of the bytes that {@link #encode} writes. */
    int maxLength() {
        int texts = event.id().length() + event.endpoint().length();
        for (String lane : lanes) {
            texts += lane.length() + Integer.BYTES;
        }
        return NUMBERS + 3 * texts + headers.length + event.body().length;
    }

    JournalEntry without(String lane) {
        List<String> left = new ArrayList<>(lanes);
        left.remove(lane);
        return new JournalEntry(sequence, event, headers, left, sinceNanos);
    }

    void encode(ByteBuffer out) {
        out.putLong(event.receivedAt().toEpochMilli());
        put(out, event.id());
        put(out, event.endpoint());
        out.putInt(lanes.size());
        for (String lane : lanes) {
            put(out, lane);
        }
        put(out, headers);
        put(out, event.body());
    }

    static JournalEntry decode(long sequence, ByteBuffer in) {
        Instant receivedAt = Instant.ofEpochMilli(in.getLong());
        String id = text(in);
        String endpoint = text(in);
        int count = in.getInt();
        List<String> lanes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lanes.add(text(in));
        }
        byte[] headers = bytes(in);
        WebhookEvent event = new WebhookEvent(id, endpoint, receivedAt, EventRow.headers(headers), bytes(in));
        return new JournalEntry(sequence, event, headers, lanes, System.nanoTime());
    }

    private static void put(ByteBuffer out, String text) {
        put(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void put(ByteBuffer out, byte[] bytes) {
        out.putInt(bytes.length);
        out.put(bytes);
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}

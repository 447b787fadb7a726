package org.corewebhook.store.jdbc;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;

/** How an event is written as a row, with a checksum: the file's pages carry none. */
final class EventRow {

    /** The columns that {@link #read} needs, of a table called {@code e}. */
    static final String COLUMNS = "e.seq, e.id, e.endpoint, e.received_at, e.headers, e.body, e.crc";

    private static final String ONE_EVENT = "SELECT " + COLUMNS + " FROM event e WHERE e.seq = ?";

    private EventRow() {}

    /**
     * An event as it was read.
     *
     * @param damaged it does not have the checksum that it had when it was written
     */
    record Read(long sequence, WebhookEvent event, boolean damaged) {}

    static byte[] headers(Headers headers) {
        int max = Integer.BYTES + 2 * Integer.BYTES * headers.size() + 3 * headers.totalLength();
        ByteBuffer out = ByteBuffer.allocate(max);
        out.putInt(headers.size());
        for (Headers.Header header : headers) {
            text(out, header.name());
            text(out, header.value());
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    static long checksum(String id, String endpoint, long receivedAt, byte[] headers, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(id.getBytes(StandardCharsets.UTF_8));
        crc.update(endpoint.getBytes(StandardCharsets.UTF_8));
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, receivedAt));
        crc.update(headers);
        crc.update(body);
        return crc.getValue();
    }

    /** Reads the columns of a row that was found by this sequence, perhaps without an event. */
    static Read read(ResultSet row, long sequence) throws SQLException {
        row.getLong(1);
        return row.wasNull() ? unreadable(sequence) : read(row);
    }

    /** Reads one event by itself, for when its neighbours cannot be read. */
    static Read read(Connection connection, Database database, long sequence) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ONE_EVENT)) {
            select.setLong(1, sequence);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? read(row) : unreadable(sequence);
            }
        } catch (SQLException e) {
            if (database.isDamage(e)) {
                return unreadable(sequence);
            }
            throw e;
        }
    }

    static Read read(ResultSet row) throws SQLException {
        long sequence = row.getLong(1);
        String id = String.valueOf(row.getString(2));
        String endpoint = String.valueOf(row.getString(3));
        long receivedAt = row.getLong(4);
        byte[] headers = bytes(row, 5);
        byte[] body = bytes(row, 6);
        boolean damaged = checksum(id, endpoint, receivedAt, headers, body) != row.getLong(7);
        Headers read = damaged ? Headers.empty() : headers(headers);
        return new Read(
                sequence, new WebhookEvent(id, endpoint, Instant.ofEpochMilli(receivedAt), read, body), damaged);
    }

    /** Returns what stands for an event that is not there or on a page that cannot be read. */
    private static Read unreadable(long sequence) {
        WebhookEvent nothing = new WebhookEvent("?", "?", Instant.EPOCH, Headers.empty(), new byte[0]);
        return new Read(sequence, nothing, true);
    }

    private static byte[] bytes(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    static Headers headers(byte[] bytes) {
        Headers.Builder headers = Headers.builder();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                headers.add(text(in), text(in));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return headers.build();
    }

    private static void text(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}

package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;

/**
 * Rows for one insert, in the format {@code RowBinaryWithNamesAndTypes}: strings are bytes, whatever they are, and a
 * table with other types refuses the block instead of storing nonsense.
 *
 * @param token names the block: the same for the same events, in whatever order
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the client and dropped
record LogBlock(byte[] bytes, String token) {

    static final String COLUMNS = "id, webhook_id, timestamp, payload, headers";

    private static final List<String> TYPES = List.of("String", "String", "DateTime", "String", "String");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MORE_BYTES_PER_ROW = 256;

    /**
     * One row.
     *
     * @param headers as JSON text
     */
    @SuppressWarnings("ArrayRecordComponent") // the bytes that came in, passed on as they are
    record Row(String id, String webhookId, long epochSecond, byte[] payload, String headers) {}

    static LogBlock of(List<Row> rows) {
        int size = MORE_BYTES_PER_ROW;
        for (Row row : rows) {
            size += row.payload().length + row.headers().length() + MORE_BYTES_PER_ROW;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        String[] names = COLUMNS.split(", ", -1);
        writeLength(out, names.length);
        for (String name : names) {
            writeString(out, name.getBytes(UTF_8));
        }
        TYPES.forEach(type -> writeString(out, type.getBytes(UTF_8)));
        rows.forEach(row -> write(out, row));
        return new LogBlock(out.toByteArray(), token(rows));
    }

    /** Returns headers as JSON text: an object of lower-case names, values of repeated ones joined. */
    static String json(Headers headers) {
        Map<String, String> map = headers.toMap();
        try {
            return MAPPER.writeValueAsString(map);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts cannot be written as JSON", e);
        }
    }

    private static void write(ByteArrayOutputStream out, Row row) {
        writeString(out, row.id().getBytes(UTF_8));
        writeString(out, row.webhookId().getBytes(UTF_8));
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) (row.epochSecond() >>> shift));
        }
        writeString(out, row.payload());
        writeString(out, row.headers().getBytes(UTF_8));
    }

    private static void writeString(ByteArrayOutputStream out, byte[] bytes) {
        writeLength(out, bytes.length);
        out.write(bytes, 0, bytes.length);
    }

    /** LEB128. */
    private static void writeLength(ByteArrayOutputStream out, int length) {
        int rest = length;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static String token(List<Row> rows) {
        MessageDigest digest = sha256();
        rows.stream().map(Row::id).sorted().forEach(id -> {
            digest.update(id.getBytes(UTF_8));
            digest.update((byte) 0);
        });
        return "webhook-" + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}

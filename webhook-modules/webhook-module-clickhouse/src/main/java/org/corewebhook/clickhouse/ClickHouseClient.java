package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.corewebhook.spi.DeliveryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to ClickHouse over its HTTP interface. Thread-safe.
 *
 * @see <a href="https://clickhouse.com/docs/interfaces/http">HTTP interface</a>
 */
final class ClickHouseClient implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClickHouseClient.class);

    /** The status line waits for the end of the query, so that it tells the truth. */
    private static final String PATH = "/?wait_end_of_query=1";

    private static final int COMPRESS_FROM_BYTES = 1024;

    private final ClickHouseOptions options;
    private final HttpCalls calls;
    private final Set<TableName> ready = ConcurrentHashMap.newKeySet();

    ClickHouseClient(ClickHouseOptions options) {
        this.options = options;
        this.calls = new HttpCalls(options);
        if (options.nativePort() > 0) {
            log.info(
                    "{}: its HTTP port is used, not the native protocol on port {}; set http_port if it is another",
                    options.target(),
                    options.nativePort());
        }
    }

    ClickHouseOptions options() {
        return options;
    }

    Deadline deadline() {
        return Deadline.in(options.timeout());
    }

    /** Inserts one block into a table with the columns of the logs; creates the table if it is missing. */
    void insert(TableName table, LogBlock block, Deadline deadline) throws DeliveryException, RefusedException {
        TableName full = table.in(options.database());
        require(full, Tables.logs(full), deadline);
        String sql = "INSERT INTO " + full.sql() + " (" + LogBlock.COLUMNS + ")"
                + " SETTINGS async_insert = 0, insert_deduplicate = 1, insert_deduplication_token = '" + block.token()
                + "' FORMAT RowBinaryWithNamesAndTypes";
        try {
            send(PATH + "&query=" + URLEncoder.encode(sql, UTF_8), entity(block.bytes()), "the block", deadline);
        } catch (RefusedException e) {
            forgetIfMissing(full, e);
            throw e;
        }
    }

    /** Creates a table, and its database, unless that was done before. */
    void require(TableName table, String createTable, Deadline deadline) throws DeliveryException, RefusedException {
        if (ready.contains(table)) {
            return;
        }
        try {
            create(table, createTable, deadline);
        } catch (RefusedException e) {
            if (e.error().code() != ClickHouseError.ACCESS_DENIED) {
                throw e;
            }
            // Who may only insert needs a table that is there already; the insert will tell.
            log.info("{}: may not create {}, it must exist", options.target(), table);
        }
        ready.add(table);
    }

    private void create(TableName table, String createTable, Deadline deadline)
            throws DeliveryException, RefusedException {
        try {
            query(createTable, deadline);
        } catch (RefusedException e) {
            if (e.error().code() != ClickHouseError.UNKNOWN_DATABASE || table.database() == null) {
                throw e;
            }
            query("CREATE DATABASE IF NOT EXISTS " + Identifiers.quoted(table.database()), deadline);
            query(createTable, deadline);
        }
    }

    /** Runs any statement and returns what it prints. */
    String query(String sql, Deadline deadline) throws DeliveryException, RefusedException {
        return send(PATH, new ByteArrayEntity(sql.getBytes(UTF_8), ContentType.TEXT_PLAIN), "the statement", deadline);
    }

    /** A table that was dropped meanwhile is created again by the next attempt. */
    private void forgetIfMissing(TableName table, RefusedException refused) {
        int code = refused.error().code();
        if (code == ClickHouseError.UNKNOWN_TABLE || code == ClickHouseError.UNKNOWN_DATABASE) {
            ready.remove(table);
        }
    }

    /** The same for statements that name several tables. */
    void forgetTables(RefusedException refused) {
        List.copyOf(ready).forEach(table -> forgetIfMissing(table, refused));
    }

    private String send(String path, HttpEntity body, String what, Deadline deadline)
            throws DeliveryException, RefusedException {
        HttpCalls.Answer answer = calls.send(path, body, deadline);
        if (answer.status() == 200 && answer.errorCode() == null) {
            return answer.body();
        }
        ClickHouseError error = ClickHouseError.of(answer.status(), answer.errorCode(), answer.body());
        log.debug("{}: {}", options.target(), error);
        throw new RefusedException(error, error.failure(options.target(), what));
    }

    private HttpEntity entity(byte[] bytes) {
        return options.compression() && bytes.length >= COMPRESS_FROM_BYTES
                ? new ByteArrayEntity(gzip(bytes), ContentType.APPLICATION_OCTET_STREAM, "gzip")
                : new ByteArrayEntity(bytes, ContentType.APPLICATION_OCTET_STREAM);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (OutputStream gzip = new FastGzip(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return compressed.toByteArray();
    }

    /** The fastest level: webhooks are text and shrink well with any. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 64 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    @Override
    public void close() {
        calls.close();
    }

    @Override
    public String toString() {
        return options.toString();
    }
}

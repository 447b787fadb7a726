package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/** ClickHouse's engine as a native library. Thread-safe. */
final class Chdb {

    private final Functions functions;
    private final Path data;
    private final ConcurrentLinkedDeque<Pointer> idle = new ConcurrentLinkedDeque<>();

    Chdb(Path library, Path data) {
        this.functions =
                Native.load(library.toString(), Functions.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
        this.data = data;
        functions.chdb_set_signal_handlers_enabled(false);
    }

    /** The C functions that are needed; see chdb.h. */
    interface Functions extends Library {
        Pointer chdb_connect(int argc, String[] argv);

        Pointer chdb_query_n(Pointer connection, byte[] query, long length, byte[] format, long formatLength);

        Pointer chdb_result_buffer(Pointer result);

        long chdb_result_length(Pointer result);

        String chdb_result_error(Pointer result);

        void chdb_destroy_query_result(Pointer result);

        void chdb_set_signal_handlers_enabled(boolean enabled);
    }

    /** What a query has brought: either bytes or an error. */
    @SuppressWarnings("ArrayRecordComponent")
    record Result(byte[] bytes, String error) {}

    Result query(byte[] query) {
        Pointer connection = idle.poll();
        if (connection == null) {
            connection = open();
        }
        try {
            return query(connection, query);
        } finally {
            idle.push(connection);
        }
    }

    private Pointer open() {
        Pointer connection = functions.chdb_connect(2, new String[] {"clickhouse", "--path=" + data});
        if (connection == null) {
            throw new IllegalStateException("The engine gives no connection");
        }
        return connection;
    }

    private Result query(Pointer connection, byte[] query) {
        byte[] format = "TabSeparated".getBytes(UTF_8);
        Pointer result = functions.chdb_query_n(connection.getPointer(0), query, query.length, format, format.length);
        try {
            String error = functions.chdb_result_error(result);
            if (error != null && !error.isEmpty()) {
                return new Result(null, error);
            }
            int length = (int) functions.chdb_result_length(result);
            byte[] bytes = length == 0
                    ? new byte[0]
                    : functions.chdb_result_buffer(result).getByteArray(0, length);
            return new Result(bytes, null);
        } finally {
            functions.chdb_destroy_query_result(result);
        }
    }
}

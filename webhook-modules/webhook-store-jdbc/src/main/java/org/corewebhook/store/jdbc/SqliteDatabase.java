package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** One SQLite file: how connections to it are set up, and what its errors mean to an operator. Thread-safe. */
final class SqliteDatabase extends Database {

    /** Tells our files from those of other programs, "CWhk"; see sqlite.org/pragma.html#pragma_application_id. */
    private static final int APPLICATION_ID = 0x4357686b;

    private static final Logger log = LoggerFactory.getLogger(SqliteDatabase.class);

    /** See sqlite.org/pragma.html#pragma_auto_vacuum. */
    private static final int INCREMENTAL = 2;

    private static final int CHECKPOINT_PAGES = 8000;
    private static final int WORTH_VACUUMING_PAGES = 1000;
    private static final int WORTH_VACUUMING_UNDER_LOAD_PAGES = 16_000;
    private static final int VACUUM_PAGES = 2000;
    private static final long WORTH_TRUNCATING_BYTES = 1L << 20;

    /** Deliveries all have owner 0: there is one instance. */
    private static final List<String> VERSION_1 = List.of(
            "CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, endpoint TEXT NOT NULL,"
                    + " received_at INTEGER NOT NULL, headers BLOB NOT NULL, body BLOB NOT NULL, crc INTEGER NOT NULL,"
                    + " open INTEGER NOT NULL)",
            "CREATE TABLE lane(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
            "CREATE TABLE delivery(owner INTEGER NOT NULL, lane INTEGER NOT NULL, seq INTEGER NOT NULL,"
                    + " state INTEGER NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL,"
                    + " bytes INTEGER NOT NULL, error TEXT, ordering_key INTEGER, PRIMARY KEY(lane, seq))"
                    + " WITHOUT ROWID",
            "CREATE INDEX delivery_key ON delivery(lane, ordering_key, seq)"
                    + " WHERE ordering_key IS NOT NULL AND state < 2",
            "CREATE INDEX delivery_waiting ON delivery(lane, next_at) WHERE state = 1",
            "CREATE INDEX delivery_dead ON delivery(seq) WHERE state = 2",
            "CREATE TABLE attempt(seq INTEGER NOT NULL, lane INTEGER NOT NULL, at INTEGER NOT NULL,"
                    + " error TEXT NOT NULL)",
            "CREATE INDEX attempt_seq ON attempt(seq)");

    /** Receipts, and delivered events that are kept for a while. */
    private static final List<String> VERSION_2 = List.of(
            "CREATE INDEX delivery_done ON delivery(next_at) WHERE state = 3",
            "CREATE TABLE receipt(id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, claimant INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE INDEX receipt_expiry ON receipt(expires_at)");

    /** Which records of the journal count, and the highest sequence that was given when that was decided. */
    private static final List<String> VERSION_3 = List.of(
            "CREATE TABLE journal(token INTEGER NOT NULL, last INTEGER NOT NULL)",
            "INSERT INTO journal VALUES(random(), 0)");

    private final Path file;
    private final boolean synchronous;
    private final DiskSpace diskSpace;
    private final AtomicLong lastSequence = new AtomicLong();

    SqliteDatabase(Path file, boolean synchronous) {
        this.file = file;
        this.synchronous = synchronous;
        this.diskSpace = new DiskSpace(file);
    }

    @Override
    void requireSpace() throws StoreException {
        diskSpace.require();
    }

    @Override
    String location() {
        return "sqlite:" + file;
    }

    @Override
    Connection connect() throws SQLException {
        Connection connection = plainConnection();
        try (Statement statement = connection.createStatement()) {
            // this first: changing the journal's mode writes the first page, and then it is too late
            if (number(connection, "PRAGMA auto_vacuum") != INCREMENTAL) {
                statement.executeUpdate("PRAGMA auto_vacuum=" + INCREMENTAL); // writes to the file each time
            }
            statement.execute("PRAGMA journal_mode=WAL");
            statement.executeUpdate("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection plainConnection() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(synchronous ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF);
        config.setBusyTimeout(10_000);
        config.setGetGeneratedKeys(false); // else every insertion is followed by a query for its number
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** Refuses a file that another program or a later version has written, without changing it. */
    void identify() throws SQLException, StoreException {
        try (Connection connection = plainConnection()) {
            refuseLater(version(connection));
        }
    }

    @Override
    List<List<String>> migrations() {
        return List.of(VERSION_1, VERSION_2, VERSION_3);
    }

    @Override
    int version(Connection connection) throws SQLException, StoreException {
        int version = (int) number(connection, "PRAGMA user_version");
        boolean isOurs = number(connection, "PRAGMA application_id") == APPLICATION_ID;
        if (!isOurs && number(connection, "SELECT count(*) FROM sqlite_master") > 0) {
            throw new StoreException(
                    "The file " + file + " is a database of another program: name another file for the store", null);
        }
        return version;
    }

    @Override
    void version(Connection connection, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA application_id=" + APPLICATION_ID);
            statement.executeUpdate("PRAGMA user_version=" + version);
        }
    }

    /**
     * The writer is the only one: it counts by itself, on from where file and journal stand. No number is given again
     * after a failure, because the journal may hold its event.
     */
    @Override
    Sequences sequences(Connection connection) throws SQLException {
        given(number(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'event'"));
        given(number(connection, "SELECT last FROM journal"));
        return new Sequences() {

            @Override
            public void reserve(int events) {}

            @Override
            public long next() {
                return lastSequence.incrementAndGet();
            }
        };
    }

    /** Notes that this sequence and those before it must not be given again. */
    private void given(long sequence) {
        lastSequence.accumulateAndGet(sequence, Math::max);
    }

    /** Makes rows of what an unclean end has left in the journal; after a clean one nothing is written. */
    FreshEvents recover(Journal journal, Connection connection, LongSupplier nanoTime)
            throws SQLException, StoreException {
        try {
            sequences(connection);
            long token = number(connection, "SELECT token FROM journal");
            Journal.Content left = journal.read(token);
            if (left.lastSequence() == 0) {
                return new FreshEvents(journal, token, lastSequence.get(), nanoTime);
            }
            given(left.lastSequence());
            try (Transaction transaction = new Transaction(this, connect(), null)) {
                token = transaction.newRound(lastSequence.get());
                transaction.append(left.entries());
                transaction.commit();
            }
            log.info("{}: {} events were in the journal", file, left.entries().size());
            return new FreshEvents(journal, token, lastSequence.get(), nanoTime);
        } catch (IOException e) {
            throw new StoreException(
                    "The journal " + journal.file() + " of the store cannot be read (" + e
                            + "): let the receiver's user read and write it; it holds events that were acknowledged",
                    e);
        }
    }

    /** An outer join keeps SQLite from reading events first, too. */
    @Override
    String join() {
        return "LEFT JOIN";
    }

    @Override
    boolean isDamage(SQLException e) {
        return code(e) == SQLiteErrorCode.SQLITE_CORRUPT;
    }

    /** Gives space of forgotten events back to the file system, a part at a time. */
    @Override
    boolean tidyUp(Connection connection, boolean idle) throws SQLException {
        long free = number(connection, "PRAGMA freelist_count");
        boolean worthIt = free >= WORTH_VACUUMING_PAGES && (idle || mostlyFree(connection, free));
        if (!worthIt) {
            if (idle && log().length() > WORTH_TRUNCATING_BYTES) {
                truncateLog(connection);
            }
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
        }
        if (free - VACUUM_PAGES < WORTH_VACUUMING_PAGES) {
            truncateLog(connection);
            return false;
        }
        return true;
    }

    /**
     * Under load free pages are soon written again: giving them back and asking for them anew costs more than it saves.
     */
    private static boolean mostlyFree(Connection connection, long free) throws SQLException {
        return free >= WORTH_VACUUMING_UNDER_LOAD_PAGES && free > number(connection, "PRAGMA page_count") / 2;
    }

    private java.io.File log() {
        return new java.io.File(file + "-wal");
    }

    private static void truncateLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /** Refuses a file whose structure is damaged; reads all of it. */
    void check(Connection connection) throws SQLException, StoreException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA quick_check(3)")) {
            if (result.next() && !"ok".equals(result.getString(1))) {
                throw damaged(result.getString(1), null);
            }
        }
    }

    @Override
    StoreException explained(SQLException e) {
        return switch (code(e)) {
            case SQLITE_FULL ->
                new StoreException("The disk of the store " + file + " is full: free space, it then goes on", e);
            case SQLITE_NOTADB, SQLITE_CORRUPT -> damaged(String.valueOf(e.getMessage()), e);
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM ->
                new StoreException(
                        "The store " + file + " cannot be written: let the receiver's user write the file and its"
                                + " folder",
                        e);
            default -> new StoreException("The store " + file + " failed: " + e.getMessage(), e);
        };
    }

    private static SQLiteErrorCode code(SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.SQLITE_ERROR;
        // the driver gives extended codes: the last byte is the primary one
        return SQLiteErrorCode.getErrorCode(code.code & 0xff);
    }

    private StoreException damaged(String what, @Nullable Throwable cause) {
        return new StoreException(
                "The store " + file + " is damaged (" + what
                        + "): move it and its -wal and .events files away and start anew, or"
                        + " restore a backup; `sqlite3 FILE .recover` saves what can be read",
                cause);
    }
}

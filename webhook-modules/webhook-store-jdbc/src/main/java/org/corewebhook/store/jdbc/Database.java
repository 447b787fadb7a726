package org.corewebhook.store.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.corewebhook.store.StoreException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** One SQLite file: how connections to it are set up, and what its errors mean to an operator. Thread-safe. */
final class Database {

    private static final int VERSION = 1;
    private static final int CHECKPOINT_PAGES = 8000;

    private static final String[] TABLES = {
        "CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, endpoint TEXT NOT NULL,"
                + " received_at INTEGER NOT NULL, headers BLOB NOT NULL, body BLOB NOT NULL, crc INTEGER NOT NULL,"
                + " open INTEGER NOT NULL)",
        "CREATE TABLE lane(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        "CREATE TABLE delivery(lane INTEGER NOT NULL, seq INTEGER NOT NULL, state INTEGER NOT NULL,"
                + " attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, bytes INTEGER NOT NULL, error TEXT,"
                + " PRIMARY KEY(lane, seq)) WITHOUT ROWID",
        "CREATE INDEX delivery_waiting ON delivery(lane, next_at) WHERE state = 1",
        "CREATE INDEX delivery_dead ON delivery(seq) WHERE state = 2",
        "CREATE TABLE attempt(seq INTEGER NOT NULL, lane INTEGER NOT NULL, at INTEGER NOT NULL, error TEXT NOT NULL)",
        "CREATE INDEX attempt_seq ON attempt(seq)",
    };

    private final Path file;
    private final boolean synchronous;

    Database(Path file, boolean synchronous) {
        this.file = file;
        this.synchronous = synchronous;
    }

    Path file() {
        return file;
    }

    /** Opens a connection; the first one of a new file has to {@link #migrate} it. */
    Connection connect() throws SQLException {
        Connection connection = config().createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            // this first: changing the journal's mode writes the first page, and then it is too late
            statement.executeUpdate("PRAGMA auto_vacuum=INCREMENTAL");
            statement.execute("PRAGMA journal_mode=WAL");
            statement.executeUpdate("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(synchronous ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF);
        config.setBusyTimeout(10_000);
        return config;
    }

    /** Refuses a file that another program or a later version has written, without changing it. */
    void identify() throws SQLException, StoreException {
        try (Connection connection = config().createConnection("jdbc:sqlite:" + file)) {
            identify(connection);
        }
    }

    private long identify(Connection connection) throws SQLException, StoreException {
        long version = number(connection, "PRAGMA user_version");
        if (number(connection, "SELECT count(*) FROM sqlite_master") > 0
                && number(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'delivery'") == 0) {
            throw new StoreException(
                    "The file " + file + " is a database of another program: name another file for the store", null);
        }
        if (version > VERSION) {
            throw new StoreException(
                    "The store " + file + " was written by a later version (schema " + version
                            + "): use that version, or another file",
                    null);
        }
        return version;
    }

    /** Brings the tables to this version. */
    void migrate(Connection connection) throws SQLException, StoreException {
        if (identify(connection) == VERSION) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.executeUpdate(table);
            }
            statement.executeUpdate("PRAGMA user_version=" + VERSION);
            connection.commit();
        }
        connection.setAutoCommit(true);
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

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** Returns the failure with what the operator can do about it. */
    StoreException explained(SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.SQLITE_ERROR;
        return switch (code) {
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

    private StoreException damaged(String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new StoreException(
                "The store " + file + " is damaged (" + what + "): move it and its -wal file away and start anew, or"
                        + " restore a backup; `sqlite3 FILE .recover` saves what can be read",
                cause);
    }
}

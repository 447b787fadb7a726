package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.corewebhook.store.StoreException;
import org.postgresql.Driver;

/** One PostgreSQL database that instances share. Thread-safe. */
final class PostgresDatabase extends Database {

    private static final int LOCK_CLASS = 0x57656248;
    private static final String TAKEN_FOR_DEAD = "CW001";

    /**
     * A delivery's owner is the number of the instance that delivers it, or 0 in lanes that keep their order: those are
     * delivered by the owner of the lane.
     */
    private static final List<String> VERSION_1 = List.of(
            "CREATE TABLE event(seq BIGINT PRIMARY KEY, id TEXT NOT NULL, endpoint TEXT NOT NULL,"
                    + " received_at BIGINT NOT NULL, headers BYTEA NOT NULL, body BYTEA NOT NULL, crc BIGINT NOT NULL,"
                    + " open INTEGER NOT NULL)",
            "CREATE SEQUENCE event_seq",
            "CREATE TABLE lane(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
                    + " in_order BOOLEAN NOT NULL DEFAULT FALSE, owner INTEGER)",
            "CREATE TABLE delivery(owner INTEGER NOT NULL, lane INTEGER NOT NULL, seq BIGINT NOT NULL,"
                    + " state SMALLINT NOT NULL, attempts INTEGER NOT NULL, next_at BIGINT NOT NULL,"
                    + " bytes INTEGER NOT NULL, error TEXT, ordering_key BIGINT, PRIMARY KEY(owner, lane, seq))"
                    + " WITH (autovacuum_vacuum_scale_factor = 0.02)",
            "CREATE INDEX delivery_waiting ON delivery(owner, lane, next_at, seq) WHERE state = 1",
            "CREATE INDEX delivery_dead ON delivery(seq) WHERE state = 2",
            "CREATE INDEX delivery_key ON delivery(lane, ordering_key, seq)"
                    + " WHERE ordering_key IS NOT NULL AND state < 2",
            "CREATE TABLE attempt(seq BIGINT NOT NULL, lane INTEGER NOT NULL, at BIGINT NOT NULL, error TEXT NOT NULL)",
            "CREATE INDEX attempt_seq ON attempt(seq)",
            "CREATE TABLE instance(number INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name TEXT NOT NULL,"
                    + " lease_until TIMESTAMPTZ NOT NULL, gone BOOLEAN NOT NULL DEFAULT FALSE)");

    /** Receipts, and delivered events that are kept for a while. */
    private static final List<String> VERSION_2 = List.of(
            "CREATE INDEX delivery_done ON delivery(next_at) WHERE state = 3",
            "CREATE TABLE receipt(id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL, claimant BIGINT NOT NULL)",
            "CREATE INDEX receipt_expiry ON receipt(expires_at)");

    private final PostgresLocation location;
    private final Instance instance;

    PostgresDatabase(PostgresLocation location, Instance instance) {
        this.location = location;
        this.instance = instance;
    }

    @Override
    String location() {
        return location.url();
    }

    @Override
    Connection connect() throws SQLException {
        Connection connection = new Driver().connect(location.url(), location.properties());
        if (connection == null) {
            throw new SQLException("This is no URL of a PostgreSQL database", "08001");
        }
        try (Statement statement = connection.createStatement();
                ResultSet durable = statement.executeQuery("SHOW synchronous_commit")) {
            if (durable.next() && "off".equals(durable.getString(1))) {
                try (Statement change = connection.createStatement()) {
                    change.execute("SET synchronous_commit TO on");
                }
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The driver fetches rows bit by bit only within a transaction. */
    @Override
    Connection connectForReading() throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    StoreException explained(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String what;
        if (state.startsWith("08") || state.startsWith("57P")) {
            what = " cannot be reached, trying again: ";
        } else if (state.startsWith("28")) {
            what = " refuses the login, check user and password: ";
        } else if (state.equals("3D000")) {
            what = " does not exist, create the database: ";
        } else if (state.startsWith("42501")) {
            what = " does not let the user do what it needs (CREATE on the database or on the schema, then all on"
                    + " the tables): ";
        } else if (state.equals("53100")) {
            what = " has no space left on its disk: free space, it then goes on: ";
        } else if (state.equals("25006")) {
            what = " is read-only, name the primary server: ";
        } else {
            what = " failed: ";
        }
        return new StoreException("The store " + location() + what + e.getMessage(), e);
    }

    @Override
    List<List<String>> migrations() {
        return List.of(VERSION_1, VERSION_2);
    }

    @Override
    int version(Connection connection) throws SQLException, StoreException {
        try (Statement statement = connection.createStatement()) {
            if (number(connection, "SELECT count(*) FROM pg_namespace WHERE nspname = '" + location.schema() + "'")
                    == 0) {
                statement.executeUpdate("CREATE SCHEMA " + location.schema());
            }
            if (number(connection, "SELECT count(to_regclass('schema_version'))") == 0) {
                statement.executeUpdate("CREATE TABLE schema_version(version INTEGER NOT NULL)");
                statement.executeUpdate("INSERT INTO schema_version VALUES(0)");
            }
        }
        return (int) number(connection, "SELECT version FROM schema_version");
    }

    @Override
    void version(Connection connection, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE schema_version SET version = " + version);
        }
    }

    @Override
    boolean isRemote() {
        return true;
    }

    /** One lock for all, taken first: two instances never wait for each other. */
    @Override
    void lock(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?, hashtext(?))")) {
            lock.setInt(1, LOCK_CLASS);
            lock.setString(2, location.schema());
            lock.execute();
        }
    }

    @Override
    int owner(String lane) {
        return instance.keepsOrder(lane) ? 0 : instance.number();
    }

    @Override
    boolean keepsOrder(String lane) {
        return instance.keepsOrder(lane);
    }

    /** The lane stays this instance's at least until the transaction ends. */
    @Override
    boolean mayWriteResults(Connection connection, String lane, int number) throws SQLException {
        if (!instance.keepsOrder(lane)) {
            return true;
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT 1 FROM lane WHERE number = ? AND owner = ? FOR SHARE")) {
            select.setInt(1, number);
            select.setInt(2, instance.number());
            try (ResultSet mine = select.executeQuery()) {
                return mine.next();
            }
        }
    }

    @Override
    String join() {
        return "JOIN";
    }

    /** An instance that was taken for dead gets none: nobody would look for what it appends under its old number. */
    @Override
    Sequences sequences(Connection connection) throws SQLException {
        PreparedStatement select = connection.prepareStatement("SELECT nextval('event_seq') FROM"
                + " (SELECT 1 FROM instance WHERE number = ? AND NOT gone FOR SHARE) alive, generate_series(1, ?)");
        Deque<Long> reserved = new ArrayDeque<>();
        return new Sequences() {
            @Override
            public void reserve(int events) throws SQLException {
                reserved.clear();
                select.setInt(1, instance.number());
                select.setInt(2, events);
                try (ResultSet next = select.executeQuery()) {
                    while (next.next()) {
                        reserved.add(next.getLong(1));
                    }
                }
                if (reserved.isEmpty()) {
                    throw new SQLException(
                            "others have taken this instance for dead, it starts afresh", TAKEN_FOR_DEAD);
                }
            }

            @Override
            public long next() {
                return reserved.remove();
            }
        };
    }
}

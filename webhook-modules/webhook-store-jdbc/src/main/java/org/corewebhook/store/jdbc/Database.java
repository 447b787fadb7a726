package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.corewebhook.store.StoreException;

/** What differs from one database to another; everything else is common SQL. Thread-safe. */
abstract class Database {

    /** Returns what operators see of the place, without credentials. */
    abstract String location();

    /** Opens a connection that commits by itself; the first one has to {@link #migrate}. */
    abstract Connection connect() throws SQLException;

    /** Opens a connection whose queries do not bring all rows at once. */
    Connection connectForReading() throws SQLException {
        return connect();
    }

    /** Returns the failure with what the operator can do about it. */
    abstract StoreException explained(SQLException e);

    /** Returns where the writer's connection gets the sequences of new events from. */
    abstract Sequences sequences(Connection connection) throws SQLException;

    /** Returns the keyword that joins deliveries with their events, deliveries first; events that are missing too. */
    abstract String join();

    /** Tells whether the failure comes from a part of the data that cannot be read, so that other parts may serve. */
    boolean isDamage(SQLException e) {
        return false;
    }

    /** Returns the statements that lead from each version of the tables to the next, the first from none. */
    abstract List<List<String>> migrations();

    /** Returns the version of the tables, 0 if there are none; refuses what is not a store. */
    abstract int version(Connection connection) throws SQLException, StoreException;

    /** Notes the version of the tables. */
    abstract void version(Connection connection, int version) throws SQLException;

    /** Tells whether every statement is a way through the network and back. */
    boolean isRemote() {
        return false;
    }

    /** Keeps other writers away until the transaction ends. */
    void lock(Connection connection) throws SQLException {}

    /** Refuses a new event if there is hardly any room left; never blocks. */
    void requireSpace() throws StoreException {}

    /** Returns the number of the instance that delivers what is appended here for this lane; 0 if the lane decides. */
    int owner(String lane) {
        return 0;
    }

    /** Tells whether the lane is one that instances deliver in turn, in the order in which events were appended. */
    boolean keepsOrder(String lane) {
        return false;
    }

    /** Tells, until the transaction ends, whether results of the lane's deliveries are this instance's to write. */
    boolean mayWriteResults(Connection connection, String lane, int number) throws SQLException {
        return true;
    }

    /**
     * Called now and then between transactions; must be short.
     *
     * @param idle nothing waits to be written
     * @return whether there is more to tidy up
     */
    boolean tidyUp(Connection connection, boolean idle) throws SQLException {
        return false;
    }

    /** Brings the tables to this version in one transaction, or refuses what a later version has written. */
    final void migrate(Connection connection) throws SQLException, StoreException {
        List<List<String>> migrations = migrations();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            lock(connection);
            int version = version(connection);
            refuseLater(version);
            for (int next = version; next < migrations.size(); next++) {
                for (String change : migrations.get(next)) {
                    statement.executeUpdate(change);
                }
                version(connection, next + 1);
            }
            connection.commit();
        }
        connection.setAutoCommit(true);
    }

    /** Refuses tables of a version that is not known here. */
    final void refuseLater(int version) throws StoreException {
        if (version > migrations().size()) {
            throw new StoreException(
                    "The store " + location() + " was written by a later version (schema " + version
                            + "): use that version, or another store",
                    null);
        }
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** The sequences of new events, growing in the order of commits; used by the writer only. */
    interface Sequences {

        /** Called at the start of a transaction that writes so many new events. */
        void reserve(int events) throws SQLException;

        /** Returns the next one. */
        long next();
    }
}

package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.store.EventStore.DuePage;
import org.corewebhook.store.EventStore.DueQuery;
import org.corewebhook.store.EventStore.StoredDelivery;

/** One look for deliveries whose next attempt is due. */
final class DueDeliveries {

    private static final String WAITING =
            " WHERE d.owner = ?" + " AND d.lane = (SELECT number FROM lane WHERE name = ?) AND d.state = 1";
    private static final String BY_TIME = WAITING + " AND d.next_at <= ? ORDER BY d.next_at, d.seq LIMIT ?";
    private static final String BY_SEQUENCE = WAITING + " ORDER BY d.seq LIMIT ?";
    private static final String NEXT = "SELECT min(next_at) FROM delivery WHERE owner = ?"
            + " AND lane = (SELECT number FROM lane WHERE name = ?) AND state = 1 AND next_at > ?";

    private static final int EVENT_COLUMNS = 7;

    private final Database database;
    private final DueQuery query;
    private final List<StoredDelivery> deliveries = new ArrayList<>();
    private final List<EventRow.Read> damaged = new ArrayList<>();
    private long nextAttempt = Long.MAX_VALUE;

    DueDeliveries(Database database, DueQuery query) {
        this.database = database;
        this.query = query;
    }

    @FunctionalInterface
    private interface EventSource {
        EventRow.Read read(long sequence) throws SQLException;
    }

    private enum End {
        /** All that is due was looked at. */
        ALL,
        /** There is no room for more. */
        FULL,
        /** The rows have ended, but there may be more in the table. */
        CUT_OFF
    }

    DueDeliveries find(Connection connection) throws SQLException {
        int limit = query.maxEvents() + query.except().size() + 1;
        End end = read(connection, limit);
        while (end == End.CUT_OFF && deliveries.isEmpty()) {
            limit *= 2; // nothing but damaged rows: look behind them
            damaged.clear();
            end = read(connection, limit);
        }
        if (end != End.ALL) {
            nextAttempt = query.nowMillis();
        } else if (!query.inSequence()) {
            nextAttempt = nextAttempt(connection);
        }
        return this;
    }

    DuePage page() {
        return new DuePage(deliveries, nextAttempt);
    }

    List<EventRow.Read> damaged() {
        return damaged;
    }

    private End read(Connection connection, int limit) throws SQLException {
        String withEvents = "SELECT " + EventRow.COLUMNS + ", d.seq, d.attempts, d.next_at FROM delivery d "
                + database.join() + " event e ON e.seq = d.seq";
        try (PreparedStatement statement = prepare(connection, withEvents, limit);
                ResultSet rows = statement.executeQuery()) {
            return take(rows, limit, EVENT_COLUMNS, sequence -> EventRow.read(rows, sequence));
        } catch (SQLException e) {
            if (!database.isDamage(e)) {
                throw e;
            }
        }
        deliveries.clear();
        damaged.clear();
        return readOneByOne(connection, limit);
    }

    /** A page that cannot be read ends a query; others must get what is on sound pages all the same. */
    private End readOneByOne(Connection connection, int limit) throws SQLException {
        String withoutEvents = "SELECT d.seq, d.attempts, d.next_at FROM delivery d";
        try (PreparedStatement statement = prepare(connection, withoutEvents, limit);
                ResultSet rows = statement.executeQuery()) {
            return take(rows, limit, 0, sequence -> EventRow.read(connection, database, sequence));
        }
    }

    private PreparedStatement prepare(Connection connection, String select, int limit) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(select + (query.inSequence() ? BY_SEQUENCE : BY_TIME));
        int parameter = 0;
        statement.setInt(++parameter, database.owner(query.lane()));
        statement.setString(++parameter, query.lane());
        if (!query.inSequence()) {
            statement.setLong(++parameter, query.nowMillis());
        }
        statement.setInt(++parameter, limit);
        return statement;
    }

    /** Takes what fits; sequence, attempts and next attempt stand behind so many columns. */
    private End take(ResultSet rows, int limit, int before, EventSource events) throws SQLException {
        long bytes = 0;
        int seen = 0;
        while (rows.next()) {
            seen++;
            long sequence = rows.getLong(before + 1);
            int attempts = rows.getInt(before + 2);
            long next = rows.getLong(before + 3);
            if (next > query.nowMillis()) {
                nextAttempt = next;
                return End.ALL;
            }
            if (query.except().contains(sequence)) {
                continue;
            }
            if (deliveries.size() >= query.maxEvents() || bytes >= query.maxBytes()) {
                return End.FULL;
            }
            EventRow.Read read = events.read(sequence);
            if (read.damaged()) {
                damaged.add(read);
            } else {
                bytes += read.event().body().length;
                deliveries.add(new StoredDelivery(sequence, read.event(), attempts));
            }
        }
        return seen < limit ? End.ALL : End.CUT_OFF;
    }

    private long nextAttempt(Connection connection) throws SQLException {
        try (PreparedStatement next = connection.prepareStatement(NEXT)) {
            next.setInt(1, database.owner(query.lane()));
            next.setString(2, query.lane());
            next.setLong(3, query.nowMillis());
            try (ResultSet row = next.executeQuery()) {
                boolean found = row.next() && row.getLong(1) > 0;
                return found ? row.getLong(1) : Long.MAX_VALUE;
            }
        }
    }
}

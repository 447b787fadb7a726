package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore.Backlog;
import org.corewebhook.store.EventStore.DuePage;
import org.corewebhook.store.EventStore.DueQuery;
import org.corewebhook.store.EventStore.Page;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.EventView;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Reads beside the writer, over a connection of its own that one thread at a time uses. Thread-safe. */
final class Reader implements AutoCloseable {

    private static final String MINE = " WHERE d.owner = ? AND d.lane = (SELECT number FROM lane WHERE name = ?)";
    private static final String WITHOUT_EVENTS = "SELECT d.seq, d.attempts FROM delivery d" + MINE;
    private static final String FRESH = " AND d.seq > ? AND d.seq <= ? AND d.state = 0 ORDER BY d.seq LIMIT ?";
    private static final String BACKLOG = "SELECT l.name, b.deliveries, b.bytes, b.last, b.next FROM ("
            + "SELECT d.lane AS lane, count(*) AS deliveries, sum(d.bytes) AS bytes, max(d.seq) AS last,"
            + " min(CASE WHEN d.state = 1 THEN d.next_at END) AS next"
            + " FROM delivery d WHERE d.owner = ? AND d.state < 2 GROUP BY d.lane) b JOIN lane l ON l.number = b.lane";
    private static final String VIEW =
            "d.seq, e.id, e.endpoint, l.name, d.state, d.attempts, d.bytes, e.received_at, d.next_at, d.error";

    private final Database database;
    private final DamageListener whenDamaged;
    private final String withEvents;
    private @Nullable Connection connection;
    private boolean closed;

    Reader(Database database, DamageListener whenDamaged) {
        this.database = database;
        this.whenDamaged = whenDamaged;
        this.withEvents = "SELECT " + EventRow.COLUMNS + ", d.attempts, d.seq FROM delivery d " + database.join()
                + " event e ON e.seq = d.seq" + MINE;
    }

    /** Told of rows that must not be delivered. */
    @FunctionalInterface
    interface DamageListener {
        void damaged(String lane, EventRow.Read read);
    }

    @FunctionalInterface
    private interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    /** What a query has found so far. */
    private static final class Found {

        private final long maxBytes;
        private final List<StoredDelivery> deliveries = new ArrayList<>();
        private final List<EventRow.Read> damaged = new ArrayList<>();
        private long bytes;
        private long last;

        Found(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        boolean isFull() {
            return bytes >= maxBytes && !deliveries.isEmpty();
        }

        void add(EventRow.Read read, int attempts) {
            last = read.sequence();
            if (read.damaged()) {
                damaged.add(read);
            } else {
                bytes += read.event().body().length;
                deliveries.add(new StoredDelivery(read.sequence(), read.event(), attempts));
            }
        }
    }

    /** Reads deliveries above {@code after}, up to {@code last}. */
    Page read(String lane, long after, long last, int maxEvents, long maxBytes) throws StoreException {
        long readUpTo = after;
        while (true) {
            long from = readUpTo;
            Found found = query(open -> deliveries(open, new Range(lane, from, last, maxEvents, maxBytes)));
            report(lane, found.damaged);
            readUpTo = Math.max(from, found.last);
            if (!found.deliveries.isEmpty() || found.damaged.isEmpty()) {
                return new Page(found.deliveries, readUpTo);
            }
        }
    }

    DuePage due(DueQuery wanted) throws StoreException {
        DueDeliveries found = query(open -> new DueDeliveries(database, wanted).find(open));
        report(wanted.lane(), found.damaged());
        return found.page();
    }

    List<Backlog> backlog() throws StoreException {
        return query(open -> {
            List<Backlog> backlogs = new ArrayList<>();
            try (PreparedStatement select = open.prepareStatement(BACKLOG)) {
                select.setInt(1, database.owner(""));
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        backlogs.add(backlog(rows));
                    }
                }
            }
            return backlogs;
        });
    }

    List<DeliveryView> find(DeliveryFilter filter) throws StoreException {
        return query(open -> views(open, filter));
    }

    Optional<EventView> event(String id) throws StoreException {
        return query(open -> {
            try (PreparedStatement select =
                    open.prepareStatement("SELECT " + EventRow.COLUMNS + " FROM event e WHERE e.id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    EventRow.Read read = EventRow.read(row);
                    List<DeliveryView> views =
                            views(open, DeliveryFilter.all(1000).of(id));
                    return Optional.of(
                            new EventView(read.event(), read.damaged(), views, attempts(open, read.sequence())));
                }
            }
        });
    }

    List<DeadLetters.Letter> letters(DeliveryFilter filter, DeadLetters.Letter after, int max) throws StoreException {
        return query(open -> DeadLetters.find(open, filter, after, max));
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeConnection();
    }

    private synchronized <T> T query(Query<T> query) throws StoreException {
        if (closed) {
            throw new StoreException("The store is closed", null);
        }
        try {
            Connection open = connection;
            if (open == null) {
                open = database.connectForReading();
                connection = open;
            }
            T result = query.run(open);
            if (!open.getAutoCommit()) {
                open.commit();
            }
            return result;
        } catch (SQLException e) {
            closeConnection();
            throw database.explained(e);
        }
    }

    private void closeConnection() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            org.slf4j.LoggerFactory.getLogger(Reader.class).debug("The connection did not close cleanly", e);
        }
        connection = null;
    }

    private void report(String lane, List<EventRow.Read> damaged) {
        damaged.forEach(read -> whenDamaged.damaged(lane, read));
    }

    /** Reads name, deliveries, bytes, last sequence and next attempt. */
    static Backlog backlog(ResultSet row) throws SQLException {
        long next = row.getLong(5);
        return new Backlog(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.wasNull() || next == 0 ? Long.MAX_VALUE : next);
    }

    private record Range(String lane, long after, long last, int maxEvents, long maxBytes) {}

    private Found deliveries(Connection open, Range range) throws SQLException {
        try (PreparedStatement select = prepare(open, withEvents + FRESH, range);
                ResultSet rows = select.executeQuery()) {
            Found found = new Found(range.maxBytes());
            while (!found.isFull() && rows.next()) {
                found.add(EventRow.read(rows, rows.getLong(9)), rows.getInt(8));
            }
            return found;
        } catch (SQLException e) {
            if (database.isDamage(e)) {
                return deliveriesOneByOne(open, range);
            }
            throw e;
        }
    }

    /** A page that cannot be read ends a query; others must get what is on sound pages all the same. */
    private Found deliveriesOneByOne(Connection open, Range range) throws SQLException {
        try (PreparedStatement select = prepare(open, WITHOUT_EVENTS + FRESH, range);
                ResultSet rows = select.executeQuery()) {
            Found found = new Found(range.maxBytes());
            while (!found.isFull() && rows.next()) {
                long sequence = rows.getLong(1);
                found.add(EventRow.read(open, database, sequence), rows.getInt(2));
            }
            return found;
        }
    }

    private PreparedStatement prepare(Connection open, String query, Range range) throws SQLException {
        PreparedStatement select = open.prepareStatement(query);
        select.setInt(1, database.owner(range.lane()));
        select.setString(2, range.lane());
        select.setLong(3, range.after());
        select.setLong(4, range.last());
        select.setInt(5, range.maxEvents());
        return select;
    }

    private static List<DeliveryView> views(Connection open, DeliveryFilter filter) throws SQLException {
        List<DeliveryView> views = new ArrayList<>();
        try (PreparedStatement select = new Matching(filter).select(open, VIEW);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                DeliveryState state = Transaction.state(rows.getInt(5));
                views.add(new DeliveryView(
                        rows.getLong(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        state,
                        rows.getInt(6),
                        rows.getLong(7),
                        Instant.ofEpochMilli(rows.getLong(8)),
                        state == DeliveryState.WAITING ? Instant.ofEpochMilli(rows.getLong(9)) : null,
                        state == DeliveryState.DONE ? Instant.ofEpochMilli(rows.getLong(9)) : null,
                        rows.getString(10)));
            }
        }
        return views;
    }

    private static List<EventView.FailedAttempt> attempts(Connection open, long sequence) throws SQLException {
        List<EventView.FailedAttempt> attempts = new ArrayList<>();
        try (PreparedStatement select = open.prepareStatement("SELECT l.name, a.at, a.error FROM attempt a"
                + " JOIN lane l ON l.number = a.lane WHERE a.seq = ? ORDER BY a.at")) {
            select.setLong(1, sequence);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    attempts.add(new EventView.FailedAttempt(
                            rows.getString(1), Instant.ofEpochMilli(rows.getLong(2)), rows.getString(3)));
                }
            }
        }
        return attempts;
    }
}

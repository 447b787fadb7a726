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

    private static final String WAITING = "SELECT " + EventRow.COLUMNS + ", d.attempts, d.next_at FROM delivery d"
            + " CROSS JOIN event e ON e.seq = d.seq WHERE d.lane = (SELECT number FROM lane WHERE name = ?)"
            + " AND d.state = 1";
    private static final String BY_TIME = WAITING + " AND d.next_at <= ? ORDER BY d.next_at, d.seq LIMIT ?";
    private static final String BY_SEQUENCE = WAITING + " ORDER BY d.seq LIMIT ?";
    private static final String NEXT = "SELECT min(next_at) FROM delivery WHERE lane = (SELECT number FROM lane WHERE"
            + " name = ?) AND state = 1 AND next_at > ?";

    private final DueQuery query;
    private final List<StoredDelivery> deliveries = new ArrayList<>();
    private final List<EventRow.Read> damaged = new ArrayList<>();
    private long nextAttempt = Long.MAX_VALUE;

    DueDeliveries(DueQuery query) {
        this.query = query;
    }

    DueDeliveries find(Connection connection) throws SQLException {
        boolean all = query.inSequence() ? findBySequence(connection) : findByTime(connection);
        if (!all) {
            nextAttempt = query.nowMillis();
        }
        return this;
    }

    DuePage page() {
        return new DuePage(deliveries, nextAttempt);
    }

    List<EventRow.Read> damaged() {
        return damaged;
    }

    private boolean findByTime(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BY_TIME)) {
            select.setString(1, query.lane());
            select.setLong(2, query.nowMillis());
            select.setInt(3, query.maxEvents() + query.except().size() + 1);
            try (ResultSet rows = select.executeQuery()) {
                if (!take(rows)) {
                    return false;
                }
            }
        }
        try (PreparedStatement next = connection.prepareStatement(NEXT)) {
            next.setString(1, query.lane());
            next.setLong(2, query.nowMillis());
            try (ResultSet row = next.executeQuery()) {
                if (row.next() && row.getLong(1) > 0) {
                    nextAttempt = row.getLong(1);
                }
            }
        }
        return true;
    }

    private boolean findBySequence(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BY_SEQUENCE)) {
            select.setString(1, query.lane());
            select.setInt(2, query.maxEvents() + query.except().size() + 1);
            try (ResultSet rows = select.executeQuery()) {
                return take(rows);
            }
        }
    }

    /** Takes rows as long as there is room; returns whether there was room for all that are due. */
    private boolean take(ResultSet rows) throws SQLException {
        long bytes = 0;
        while (rows.next()) {
            if (rows.getLong(9) > query.nowMillis()) {
                nextAttempt = rows.getLong(9);
                return true;
            }
            if (query.except().contains(rows.getLong(1))) {
                continue;
            }
            if (deliveries.size() + damaged.size() >= query.maxEvents() || bytes >= query.maxBytes()) {
                return false;
            }
            EventRow.Read read = EventRow.read(rows);
            bytes += read.event().body().length;
            if (read.damaged()) {
                damaged.add(read);
            } else {
                deliveries.add(new StoredDelivery(read.sequence(), read.event(), rows.getInt(8)));
            }
        }
        return true;
    }
}

package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.jspecify.annotations.Nullable;

/** An operator's filter as SQL; values are always parameters. */
final class Matching {

    private static final String FROM =
            " FROM delivery d JOIN event e ON e.seq = d.seq JOIN lane l ON l.number = d.lane";

    private final StringBuilder where = new StringBuilder();
    private final List<Object> values = new ArrayList<>();
    private final int limit;
    private final @Nullable DeliveryState state;

    Matching(DeliveryFilter filter) {
        add("e.id = ?", filter.eventId());
        add("e.endpoint = ?", filter.endpoint());
        add("l.name = ?", filter.lane());
        add("e.received_at >= ?", filter.fromMillis());
        add("e.received_at < ?", filter.toMillis());
        add("d.seq < ?", filter.beforeSequence());
        this.limit = filter.limit();
        this.state = filter.state();
        if (state != null) {
            // as a literal, so that the partial indexes serve
            and("d.state = " + Transaction.number(state));
        }
    }

    /** Returns the query for these columns of d, e and l, newest first. */
    PreparedStatement select(Connection connection, String columns) throws SQLException {
        values.add(limit);
        return prepare(connection, "SELECT " + columns + FROM + where + " ORDER BY d.seq DESC, d.lane DESC LIMIT ?");
    }

    /** Returns the query for these columns of d, e and l, of deliveries that have ended, oldest first. */
    PreparedStatement ended(Connection connection, String columns, DeadLetters.Letter after, int max)
            throws SQLException {
        if (state == null) {
            and("d.state >= " + Transaction.DEAD);
        }
        and("(d.seq, d.lane) > (?, ?)");
        values.add(after.sequence());
        values.add(after.lane());
        values.add(max);
        return prepare(connection, "SELECT " + columns + FROM + where + " ORDER BY d.seq, d.lane LIMIT ?");
    }

    @SuppressWarnings("SqlSourceToSinkFlow") // made of constants
    private PreparedStatement prepare(Connection connection, String query) throws SQLException {
        PreparedStatement select = connection.prepareStatement(query);
        for (int i = 0; i < values.size(); i++) {
            select.setObject(i + 1, values.get(i));
        }
        return select;
    }

    private void add(String condition, @Nullable Object value) {
        if (value != null) {
            and(condition);
            values.add(value);
        }
    }

    private void and(String condition) {
        where.append(where.isEmpty() ? " WHERE " : " AND ").append(condition);
    }
}

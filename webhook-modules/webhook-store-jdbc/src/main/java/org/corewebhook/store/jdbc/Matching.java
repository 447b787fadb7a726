package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.store.DeliveryFilter;
import org.jspecify.annotations.Nullable;

/** An operator's filter as SQL; values are always parameters. */
final class Matching {

    private static final String FROM =
            " FROM delivery d JOIN event e ON e.seq = d.seq JOIN lane l ON l.number = d.lane";

    private final StringBuilder where = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    Matching(DeliveryFilter filter) {
        add("e.id = ?", filter.eventId());
        add("e.endpoint = ?", filter.endpoint());
        add("l.name = ?", filter.lane());
        add("e.received_at >= ?", filter.fromMillis());
        add("e.received_at < ?", filter.toMillis());
        add("d.seq < ?", filter.beforeSequence());
        if (filter.state() != null) {
            // as a literal, so that the partial indexes serve
            where.append(where.isEmpty() ? " WHERE " : " AND ")
                    .append("d.state = ")
                    .append(Transaction.number(filter.state()));
        }
        values.add(filter.limit());
    }

    /** Returns the query for these columns of d, e and l, newest first. */
    @SuppressWarnings("SqlSourceToSinkFlow") // made of constants
    PreparedStatement select(Connection connection, String columns) throws SQLException {
        PreparedStatement select =
                connection.prepareStatement("SELECT " + columns + FROM + where + " ORDER BY d.seq DESC LIMIT ?");
        for (int i = 0; i < values.size(); i++) {
            select.setObject(i + 1, values.get(i));
        }
        return select;
    }

    private void add(String condition, @Nullable Object value) {
        if (value != null) {
            where.append(where.isEmpty() ? " WHERE " : " AND ").append(condition);
            values.add(value);
        }
    }
}

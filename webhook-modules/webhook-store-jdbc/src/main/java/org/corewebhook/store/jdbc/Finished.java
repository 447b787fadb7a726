package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.store.Settlement;

/** Removes deliveries that are done, many with one statement: for databases behind a network. */
final class Finished {

    /** Events that other lanes have not delivered yet come back. */
    private static final String REMOVE =
            "WITH done AS (DELETE FROM delivery WHERE owner = ? AND lane = ? AND seq = ANY(?) RETURNING seq),"
                    + " gone AS (DELETE FROM event e USING done d WHERE e.seq = d.seq AND e.open = 1 RETURNING e.seq),"
                    + " tried AS (DELETE FROM attempt a USING gone g WHERE a.seq = g.seq)"
                    + " SELECT d.seq FROM done d WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE g.seq = d.seq)";

    private Finished() {}

    /** Tells whether all of them are delivered and to be forgotten. */
    static boolean all(List<Settlement> settlements) {
        return settlements.stream()
                .allMatch(each -> each.outcome() == Settlement.Outcome.DONE && each.nextAttemptMillis() == 0);
    }

    /** Removes the deliveries, and events that have no other; returns the events that have. */
    static List<Long> remove(Connection connection, int owner, int lane, List<Settlement> settlements)
            throws SQLException {
        Object[] sequences = settlements.stream().map(Settlement::sequence).toArray();
        List<Long> open = new ArrayList<>();
        try (PreparedStatement remove = connection.prepareStatement(REMOVE)) {
            remove.setInt(1, owner);
            remove.setInt(2, lane);
            remove.setArray(3, connection.createArrayOf("bigint", sequences));
            try (ResultSet rows = remove.executeQuery()) {
                while (rows.next()) {
                    open.add(rows.getLong(1));
                }
            }
        }
        return open;
    }
}

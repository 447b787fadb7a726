package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.store.EventStore.Backlog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the deliveries of instances that have left, or whose lease has ended: a bounded number at a time, so that
 * several survivors share them. What has ended stays as it is: whoever replays it delivers it. Used by one thread at a
 * time, over a connection that does not commit by itself.
 */
final class Orphans {

    private static final Logger log = LoggerFactory.getLogger(Orphans.class);

    private static final int BATCH = 1000;
    private static final int BATCHES_AT_ONCE = 20;
    private static final Duration MAX_START = Duration.ofSeconds(5);

    /** An instance that is in the middle of a transaction is skipped: that ends, or the database ends its session. */
    private static final String MARK = "UPDATE instance SET gone = TRUE WHERE number IN (SELECT number FROM instance"
            + " WHERE NOT gone AND lease_until < clock_timestamp() AND number <> ? FOR UPDATE SKIP LOCKED)"
            + " RETURNING number, name";

    private static final String ADOPT =
            "WITH orphan AS (SELECT d.owner, d.lane, d.seq FROM delivery d WHERE d.owner = ? AND d.state < 2"
                    + " ORDER BY d.owner, d.lane, d.seq LIMIT " + BATCH + " FOR UPDATE SKIP LOCKED)"
                    + " UPDATE delivery d SET owner = CASE WHEN l.in_order THEN 0 ELSE ? END,"
                    + " state = CASE WHEN d.state = 0 AND ? THEN 1 ELSE d.state END,"
                    + " next_at = CASE WHEN d.state = 0 AND ? THEN ? ELSE d.next_at END"
                    + " FROM orphan o JOIN lane l ON l.number = o.lane"
                    + " WHERE d.owner = o.owner AND d.lane = o.lane AND d.seq = o.seq"
                    + " RETURNING l.name, d.owner, d.state, d.bytes, d.seq, d.next_at";
    private static final String FORGET = "DELETE FROM instance i WHERE i.gone"
            + " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.owner = i.number AND d.state < 2)";

    private final Instance instance;
    private final Clock clock;

    Orphans(Instance instance, Clock clock) {
        this.instance = instance;
        this.clock = clock;
    }

    /** Takes what is left over at the start, as it is: lanes read everything then; returns the number of events. */
    long adoptAtStart(Connection connection) throws SQLException {
        long end = System.nanoTime() + MAX_START.toNanos();
        long all = 0;
        long some;
        do {
            some = adopt(connection, false).values().stream()
                    .mapToLong(Backlog::deliveries)
                    .sum();
            all += some;
        } while (some > 0 && System.nanoTime() - end < 0);
        return all;
    }

    /** Makes what is left over due here; returns it by lane. */
    List<Backlog> adopt(Connection connection) throws SQLException {
        Map<String, Backlog> adopted = adopt(connection, true);
        if (!adopted.isEmpty()) {
            log.info(
                    "Instance {} has taken over {} events in {} lanes",
                    instance.number(),
                    adopted.values().stream().mapToLong(Backlog::deliveries).sum(),
                    adopted.size());
        }
        return new ArrayList<>(adopted.values());
    }

    private Map<String, Backlog> adopt(Connection connection, boolean due) throws SQLException {
        mark(connection);
        List<Integer> gone = gone(connection);
        Map<String, Backlog> adopted = new LinkedHashMap<>();
        int batches = 0;
        for (int each : gone) {
            int rows = BATCH;
            while (rows == BATCH && batches++ < BATCHES_AT_ONCE) {
                instance.takes();
                rows = adopt(connection, each, due, adopted);
                connection.commit();
            }
        }
        if (!gone.isEmpty()) {
            try (Statement forget = connection.createStatement()) {
                forget.executeUpdate(FORGET);
            }
            connection.commit();
        }
        return adopted;
    }

    private void mark(Connection connection) throws SQLException {
        try (PreparedStatement mark = connection.prepareStatement(MARK)) {
            mark.setInt(1, instance.number());
            try (ResultSet marked = mark.executeQuery()) {
                while (marked.next()) {
                    log.warn("Instance {} ({}) has not renewed its lease", marked.getInt(1), marked.getString(2));
                }
            }
        }
        connection.commit();
    }

    private static List<Integer> gone(Connection connection) throws SQLException {
        List<Integer> gone = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT number FROM instance WHERE gone ORDER BY number")) {
            while (rows.next()) {
                gone.add(rows.getInt(1));
            }
        }
        connection.commit();
        return gone;
    }

    private int adopt(Connection connection, int from, boolean due, Map<String, Backlog> adopted) throws SQLException {
        int count = 0;
        try (PreparedStatement update = connection.prepareStatement(ADOPT)) {
            update.setInt(1, from);
            update.setInt(2, instance.number());
            update.setBoolean(3, due);
            update.setBoolean(4, due);
            update.setLong(5, clock.millis());
            try (ResultSet rows = update.executeQuery()) {
                while (rows.next()) {
                    count++;
                    if (rows.getInt(2) != 0) {
                        String lane = rows.getString(1);
                        adopted.merge(
                                lane,
                                new Backlog(lane, 1, rows.getLong(4), rows.getLong(5), next(rows)),
                                DeadLetters::sum);
                    }
                }
            }
        }
        return count;
    }

    private static long next(ResultSet row) throws SQLException {
        return row.getInt(3) == Transaction.WAITING ? row.getLong(6) : Long.MAX_VALUE;
    }
}

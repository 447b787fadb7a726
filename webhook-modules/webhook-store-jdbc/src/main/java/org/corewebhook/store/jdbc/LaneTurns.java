package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.corewebhook.store.EventStore.Backlog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives lanes that keep their order to one instance at a time: it delivers what all have received, in the order in
 * which it was appended. Used by one thread at a time, over a connection that does not commit by itself.
 */
final class LaneTurns {

    private static final Logger log = LoggerFactory.getLogger(LaneTurns.class);

    /** A retry that is late by so much was asked for by an operator at another instance. */
    private static final long LATE_MILLIS = 2000;

    private static final int SHARE_OF_TIME_FOR_COUNTING = 10;

    private static final String NOT_OTHERS = "(l.owner IS NULL OR l.owner = ?"
            + " OR NOT EXISTS (SELECT 1 FROM instance i WHERE i.number = l.owner AND NOT i.gone))";
    private static final String FREE = "SELECT n.name FROM unnest(?::text[]) n(name)"
            + " WHERE NOT EXISTS (SELECT 1 FROM lane l WHERE l.name = n.name AND l.in_order AND NOT " + NOT_OTHERS
            + ")";
    private static final String ADD =
            "INSERT INTO lane(number, name) SELECT (SELECT coalesce(max(number), 0) FROM lane)"
                    + " + row_number() OVER (), n.name FROM unnest(?::text[]) n(name)"
                    + " WHERE NOT EXISTS (SELECT 1 FROM lane l WHERE l.name = n.name)";
    private static final String CLAIM = "UPDATE lane l SET owner = ?, in_order = TRUE WHERE l.name = ANY(?) AND "
            + NOT_OTHERS + " AND EXISTS (SELECT 1 FROM instance i WHERE i.number = ? AND NOT i.gone) RETURNING l.name";
    private static final String WAITING = "SELECT l.name, count(d.seq), coalesce(sum(d.bytes), 0),"
            + " coalesce(max(d.seq), 0), min(CASE WHEN d.state = 1 THEN d.next_at END)"
            + " FROM lane l LEFT JOIN delivery d ON d.owner = 0 AND d.lane = l.number AND d.state < 2"
            + " WHERE l.name = ANY(?) GROUP BY l.name";
    private static final String RELAX =
            "UPDATE lane l SET owner = NULL, in_order = FALSE WHERE l.number = ? AND " + NOT_OTHERS;
    private static final String RELAX_DELIVERIES = "UPDATE delivery SET owner = ?, ordering_key = NULL,"
            + " state = CASE WHEN state < 2 THEN 1 ELSE state END,"
            + " next_at = CASE WHEN state < 1 THEN ? ELSE next_at END WHERE owner = 0 AND lane = ?";

    private final PostgresDatabase database;
    private final Instance instance;
    private final Clock clock;
    private long nextNewsNanos = System.nanoTime();

    LaneTurns(PostgresDatabase database, Instance instance, Clock clock) {
        this.database = database;
        this.instance = instance;
        this.clock = clock;
    }

    /** Returns the lanes that are this instance's to deliver from now on, with what waits in them. */
    List<Backlog> claim(Connection connection) throws SQLException {
        relax(connection);
        Set<String> wanted = instance.lanesInOrder();
        wanted.removeIf(instance::isItsTurn);
        if (wanted.isEmpty()) {
            return List.of();
        }
        Set<String> free = names(connection, FREE, wanted, instance.number());
        connection.commit();
        if (free.isEmpty()) {
            return List.of();
        }
        database.lock(connection);
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            add.setArray(1, connection.createArrayOf("text", free.toArray()));
            add.executeUpdate();
        }
        instance.takes();
        Set<String> claimed = claim(connection, free);
        connection.commit();
        List<Backlog> turns = waiting(connection, claimed);
        connection.commit();
        for (Backlog turn : turns) {
            log.info(
                    "Instance {} delivers {} from now on: {} events",
                    instance.number(),
                    turn.lane(),
                    turn.deliveries());
            instance.hasTurn(turn.lane());
        }
        return turns;
    }

    private Set<String> claim(Connection connection, Set<String> free) throws SQLException {
        Set<String> claimed = new HashSet<>();
        try (PreparedStatement update = connection.prepareStatement(CLAIM)) {
            int number = instance.number();
            update.setInt(1, number);
            update.setArray(2, connection.createArrayOf("text", free.toArray()));
            update.setInt(3, number);
            update.setInt(4, number);
            try (ResultSet rows = update.executeQuery()) {
                while (rows.next()) {
                    claimed.add(rows.getString(1));
                }
            }
        }
        return claimed;
    }

    /** Returns what waits in all lanes in order; not more often than so that it takes a tenth of the time. */
    List<Backlog> news(Connection connection) throws SQLException {
        long begin = System.nanoTime();
        Set<String> lanes = instance.lanesInOrder();
        if (lanes.isEmpty() || begin - nextNewsNanos < 0) {
            return List.of();
        }
        long late = clock.millis() - LATE_MILLIS;
        List<Backlog> news = new ArrayList<>();
        for (Backlog all : waiting(connection, lanes)) {
            long next = all.nextAttemptMillis() < late ? all.nextAttemptMillis() : Long.MAX_VALUE;
            news.add(new Backlog(all.lane(), all.deliveries(), all.bytes(), all.lastSequence(), next));
        }
        connection.commit();
        long end = System.nanoTime();
        nextNewsNanos = end + SHARE_OF_TIME_FOR_COUNTING * (end - begin);
        return news;
    }

    /** Lets instances deliver each its own again where the configuration does not ask for order any more. */
    private void relax(Connection connection) throws SQLException {
        List<Integer> relaxed = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT number, name FROM lane WHERE in_order")) {
            while (rows.next()) {
                if (instance.isRelaxed(rows.getString(2))) {
                    relaxed.add(rows.getInt(1));
                }
            }
        }
        for (int lane : relaxed) {
            relax(connection, lane);
        }
        connection.commit();
    }

    private void relax(Connection connection, int lane) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(RELAX)) {
            update.setInt(1, lane);
            update.setInt(2, instance.number());
            if (update.executeUpdate() == 0) {
                return;
            }
        }
        try (Statement patience = connection.createStatement();
                PreparedStatement update = connection.prepareStatement(RELAX_DELIVERIES)) {
            patience.execute("SET LOCAL statement_timeout = 0");
            update.setInt(1, instance.number());
            update.setLong(2, clock.millis());
            update.setInt(3, lane);
            if (update.executeUpdate() > 0) {
                instance.startAfresh();
            }
        }
    }

    private static Set<String> names(Connection connection, String query, Collection<String> names, int number)
            throws SQLException {
        Set<String> found = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setArray(1, connection.createArrayOf("text", names.toArray()));
            select.setInt(2, number);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }

    private static List<Backlog> waiting(Connection connection, Set<String> lanes) throws SQLException {
        List<Backlog> waiting = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(WAITING)) {
            select.setArray(1, connection.createArrayOf("text", lanes.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    waiting.add(Reader.backlog(rows));
                }
            }
        }
        return waiting;
    }
}

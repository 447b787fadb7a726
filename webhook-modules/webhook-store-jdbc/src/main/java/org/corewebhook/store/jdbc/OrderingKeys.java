package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.store.EventStore;

/**
 * Holds deliveries back whose lane has an earlier one of the same ordering key that has not ended. Of the open
 * deliveries of a lane and key exactly one is not held back, after every transaction. What looks at a key keeps other
 * writers away until its transaction ends. Used by the writer only.
 */
final class OrderingKeys implements AutoCloseable {

    /** The first that is open; the same words as in the partial index, so that it serves. */
    private static final String OPEN =
            "SELECT 1 FROM delivery WHERE lane = ? AND ordering_key = ? AND state < 2 LIMIT 1";

    private static final String KEY_OF_OPEN =
            "SELECT ordering_key FROM delivery WHERE owner = ? AND lane = ? AND seq = ? AND state IN (0, 1)";
    private static final String RELEASE =
            "UPDATE delivery SET state = 1, next_at = ? WHERE owner = ? AND lane = ? AND seq ="
                    + " (SELECT min(seq) FROM delivery WHERE lane = ? AND ordering_key = ? AND state < 2 AND state = -1)";

    private final Database database;
    private final Connection connection;
    private final PreparedStatement open;
    private final PreparedStatement keyOfOpen;
    private final PreparedStatement release;
    private final Set<Integer> lanesWithKeys = new HashSet<>();
    private final Map<Integer, String> released = new HashMap<>();

    OrderingKeys(Database database, Connection connection) throws SQLException {
        this.database = database;
        this.connection = connection;
        open = connection.prepareStatement(OPEN);
        keyOfOpen = connection.prepareStatement(KEY_OF_OPEN);
        release = connection.prepareStatement(RELEASE);
        try (Statement statement = connection.createStatement();
                ResultSet lanes = statement.executeQuery(
                        "SELECT DISTINCT lane FROM delivery WHERE ordering_key IS NOT NULL AND state < 2")) {
            while (lanes.next()) {
                lanesWithKeys.add(lanes.getInt(1));
            }
        }
    }

    /** Tells whether deliveries of the lane may have a key. */
    boolean mayHold(int lane) {
        return lanesWithKeys.contains(lane);
    }

    /** Tells whether a new delivery of this key has to be held back. */
    boolean isTaken(int lane, long key) throws SQLException {
        lanesWithKeys.add(lane);
        database.lock(connection);
        open.setInt(1, lane);
        open.setLong(2, key);
        try (ResultSet row = open.executeQuery()) {
            return row.next();
        }
    }

    /** Returns the key of a delivery that is about to end, if others may be waiting for that. */
    long keyOf(int lane, String name, long sequence) throws SQLException {
        if (!mayHold(lane) && !database.keepsOrder(name)) {
            return EventStore.NO_KEY;
        }
        database.lock(connection);
        keyOfOpen.setInt(1, database.owner(name));
        keyOfOpen.setInt(2, lane);
        keyOfOpen.setLong(3, sequence);
        try (ResultSet row = keyOfOpen.executeQuery()) {
            return row.next() ? row.getLong(1) : EventStore.NO_KEY;
        }
    }

    /** Lets the next delivery of this key go, now that the one before it has ended. */
    void ended(int lane, String name, long key, long nowMillis) throws SQLException {
        release.setLong(1, nowMillis);
        release.setInt(2, database.owner(name));
        release.setInt(3, lane);
        release.setInt(4, lane);
        release.setLong(5, key);
        if (release.executeUpdate() > 0) {
            released.put(lane, name);
        }
    }

    /** Returns the lanes in which deliveries were let go since the last call. */
    List<String> takeReleased() {
        if (released.isEmpty()) {
            return List.of();
        }
        List<String> names = new ArrayList<>(released.values());
        released.clear();
        return names;
    }

    @Override
    public void close() throws SQLException {
        open.close();
        keyOfOpen.close();
        release.close();
    }
}

package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers that stand for lanes in rows; new lanes get one. Used by the writer only. */
final class LaneNumbers {

    private final Database database;
    private final Connection connection;
    private final Map<String, Integer> known = new HashMap<>();

    LaneNumbers(Database database, Connection connection) throws SQLException {
        this.database = database;
        this.connection = connection;
        try (Statement statement = connection.createStatement();
                ResultSet lanes = statement.executeQuery("SELECT name, number FROM lane")) {
            while (lanes.next()) {
                known.put(lanes.getString(1), lanes.getInt(2));
            }
        }
    }

    /** Tells whether the lane has a number already. */
    boolean knows(String lane) {
        return known.containsKey(lane);
    }

    /** Returns the lane's number. */
    int of(String lane) throws SQLException {
        @Nullable Integer number = known.get(lane);
        if (number != null) {
            return number;
        }
        database.lock(connection);
        int found = find(lane);
        if (found == 0) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO lane(number, name) SELECT coalesce(max(number), 0) + 1, ? FROM lane")) {
                insert.setString(1, lane);
                insert.executeUpdate();
            }
            found = find(lane);
        }
        known.put(lane, found);
        return found;
    }

    private int find(String lane) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT number FROM lane WHERE name = ?")) {
            select.setString(1, lane);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }
}

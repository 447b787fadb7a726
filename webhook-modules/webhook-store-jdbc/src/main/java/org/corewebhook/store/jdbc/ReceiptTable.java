package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.Receipt.Standing;

/**
 * The receipts in the database: accepted ones have no claimant (0), others are claimed until they expire. That two
 * instances cannot both add a receipt is the primary key's work. Used by the writer only, within its transaction.
 */
final class ReceiptTable {

    private static final int ACCEPTED = 0;

    private static final String ADD = "INSERT INTO receipt(id, expires_at, claimant) VALUES(?, ?, ?)"
            + " ON CONFLICT(id) DO UPDATE SET expires_at = excluded.expires_at, claimant = excluded.claimant";
    private static final String ADD_NEW = ADD + " WHERE receipt.expires_at <= ?";
    private static final String CLAIMANT = "SELECT claimant FROM receipt WHERE id = ?";
    private static final String RELEASE = "DELETE FROM receipt WHERE id = ? AND claimant = ?";

    /** The outer condition is looked at again when another instance has renewed the receipt meanwhile. */
    private static final String EXPIRE = "DELETE FROM receipt WHERE expires_at <= ? AND id IN"
            + " (SELECT id FROM receipt WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)";

    private final PreparedStatement add;
    private final PreparedStatement addNew;
    private final PreparedStatement claimant;
    private final PreparedStatement release;
    private final PreparedStatement expire;

    ReceiptTable(Connection connection) throws SQLException {
        add = connection.prepareStatement(ADD);
        addNew = connection.prepareStatement(ADD_NEW);
        claimant = connection.prepareStatement(CLAIMANT);
        release = connection.prepareStatement(RELEASE);
        expire = connection.prepareStatement(EXPIRE);
    }

    /** Forgets all claims, when no other instance can have any. */
    static void forgetClaims(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM receipt WHERE claimant <> " + ACCEPTED);
        }
    }

    /** Remembers the receipt as accepted, unless it is known. */
    Standing accept(Receipt receipt, long nowMillis) throws SQLException {
        return addNew(receipt.key(), receipt.expiresAtMillis(), ACCEPTED, nowMillis);
    }

    /** Claims the receipt, unless it is known. */
    Standing claim(Receipt receipt, long by, long nowMillis, long untilMillis) throws SQLException {
        return addNew(receipt.key(), untilMillis, by, nowMillis);
    }

    /** Remembers the receipt as accepted, whoever has claimed it. */
    void complete(Receipt receipt) throws SQLException {
        add.setString(1, receipt.key());
        add.setLong(2, receipt.expiresAtMillis());
        add.setLong(3, ACCEPTED);
        add.executeUpdate();
    }

    /** Takes a claim back. */
    void release(Receipt receipt, long by) throws SQLException {
        release.setString(1, receipt.key());
        release.setLong(2, by);
        release.executeUpdate();
    }

    /** Forgets receipts whose time has come, at most so many; returns their number. */
    int expire(long nowMillis, int max) throws SQLException {
        expire.setLong(1, nowMillis);
        expire.setLong(2, nowMillis);
        expire.setInt(3, max);
        return expire.executeUpdate();
    }

    private Standing addNew(String key, long expiresAtMillis, long by, long nowMillis) throws SQLException {
        addNew.setString(1, key);
        addNew.setLong(2, expiresAtMillis);
        addNew.setLong(3, by);
        addNew.setLong(4, nowMillis);
        if (addNew.executeUpdate() > 0) {
            return Standing.NEW;
        }
        claimant.setString(1, key);
        try (ResultSet row = claimant.executeQuery()) {
            return row.next() && row.getLong(1) == ACCEPTED ? Standing.ACCEPTED : Standing.IN_FLIGHT;
        }
    }
}

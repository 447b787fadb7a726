package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore;

/** Collects rows of new events and deliveries: many go to the database at once. Used by the writer only. */
final class Insertions {

    private final PreparedStatement events;
    private final PreparedStatement deliveries;
    private boolean unsent;

    Insertions(Connection connection) throws SQLException {
        events = connection.prepareStatement(
                "INSERT INTO event(seq, id, endpoint, received_at, headers, body, crc, open)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        deliveries =
                connection.prepareStatement("INSERT INTO delivery(owner, lane, seq, state, attempts, next_at, bytes,"
                        + " ordering_key) VALUES(?, ?, ?, ?, 0, 0, ?, ?)");
    }

    /** Adds an event with so many deliveries. */
    void event(long sequence, WebhookEvent event, byte[] headers, int open) throws SQLException {
        long receivedAt = event.receivedAt().toEpochMilli();
        events.setLong(1, sequence);
        events.setString(2, event.id());
        events.setString(3, event.endpoint());
        events.setLong(4, receivedAt);
        events.setBytes(5, headers);
        events.setBytes(6, event.body());
        events.setLong(7, EventRow.checksum(event.id(), event.endpoint(), receivedAt, headers, event.body()));
        events.setInt(8, open);
        events.addBatch();
        unsent = true;
    }

    /** Adds a delivery that was not tried yet. */
    void delivery(int owner, int lane, long sequence, int state, int bytes, long key) throws SQLException {
        deliveries.setInt(1, owner);
        deliveries.setInt(2, lane);
        deliveries.setLong(3, sequence);
        deliveries.setInt(4, state);
        deliveries.setInt(5, bytes);
        if (key == EventStore.NO_KEY) {
            deliveries.setNull(6, Types.BIGINT);
        } else {
            deliveries.setLong(6, key);
        }
        deliveries.addBatch();
        unsent = true;
    }

    /** Sends what is collected: many rows on one way to the database and back. */
    void send() throws SQLException {
        if (unsent) {
            events.executeBatch();
            deliveries.executeBatch();
            unsent = false;
        }
    }
}

package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.Settlement;
import org.jspecify.annotations.Nullable;

/** The writer's connection with its prepared statements; thrown away after any failure. Used by the writer only. */
final class Transaction implements AutoCloseable {

    static final int FRESH = 0;
    static final int WAITING = 1;
    static final int DEAD = 2;

    private final Database database;
    private final Connection connection;
    private final Database.Sequences sequences;
    private final Map<String, Integer> lanes = new HashMap<>();
    private final PreparedStatement insertEvent;
    private final PreparedStatement insertDelivery;
    private final PreparedStatement insertAttempt;
    private final PreparedStatement updateDelivery;
    private final PreparedStatement deleteDelivery;
    private final PreparedStatement deleteEvent;
    private final PreparedStatement closeOne;
    private final PreparedStatement deleteClosedEvent;
    private final PreparedStatement deleteAttempts;

    Transaction(Database database, Connection connection) throws SQLException {
        this.database = database;
        this.connection = connection;
        connection.setAutoCommit(false);
        insertEvent = connection.prepareStatement(
                "INSERT INTO event(seq, id, endpoint, received_at, headers, body, crc, open)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        insertDelivery =
                connection.prepareStatement("INSERT INTO delivery(owner, lane, seq, state, attempts, next_at, bytes)"
                        + " VALUES(?, ?, ?, 0, 0, 0, ?)");
        insertAttempt = connection.prepareStatement("INSERT INTO attempt(seq, lane, at, error) VALUES(?, ?, ?, ?)");
        updateDelivery = connection.prepareStatement(
                "UPDATE delivery SET state = ?, attempts = attempts + 1, next_at = ?, error = ?"
                        + " WHERE owner = ? AND lane = ? AND seq = ?");
        deleteDelivery = connection.prepareStatement("DELETE FROM delivery WHERE owner = ? AND lane = ? AND seq = ?");
        deleteEvent = connection.prepareStatement("DELETE FROM event WHERE seq = ? AND open = 1");
        closeOne = connection.prepareStatement("UPDATE event SET open = open - 1 WHERE seq = ?");
        deleteClosedEvent = connection.prepareStatement("DELETE FROM event WHERE seq = ? AND open <= 0");
        deleteAttempts = connection.prepareStatement("DELETE FROM attempt WHERE seq = ?");
        sequences = database.sequences(connection);
        try (Statement statement = connection.createStatement();
                ResultSet known = statement.executeQuery("SELECT name, number FROM lane")) {
            while (known.next()) {
                lanes.put(known.getString(1), known.getInt(2));
            }
        }
        connection.commit();
    }

    /** Returns the number that stands for this state in the file. */
    static int number(DeliveryState state) {
        return switch (state) {
            case FRESH -> FRESH;
            case WAITING -> WAITING;
            case DEAD -> DEAD;
        };
    }

    /** Returns the state that this number in the file stands for. */
    static DeliveryState state(int number) {
        return number == FRESH ? DeliveryState.FRESH : number == WAITING ? DeliveryState.WAITING : DeliveryState.DEAD;
    }

    Connection connection() {
        return connection;
    }

    /** Returns the number of the instance that delivers what comes into this lane. */
    int owner(String lane) {
        return database.owner(lane);
    }

    /** Called before anything is written. */
    void begin(List<Work> batch) throws SQLException {
        int events = 0;
        boolean inOrder = false;
        for (Work work : batch) {
            events += work.appendsTo().isEmpty() ? 0 : 1;
            for (String lane : work.appendsTo()) {
                inOrder |= !lanes.containsKey(lane) || database.keepsOrder(lane);
            }
        }
        if (events > 0) {
            sequences.reserve(events, inOrder);
        }
    }

    long append(WebhookEvent event, byte[] headers, List<String> to) throws SQLException {
        long sequence = sequences.next();
        long receivedAt = event.receivedAt().toEpochMilli();
        insertEvent.setLong(1, sequence);
        insertEvent.setString(2, event.id());
        insertEvent.setString(3, event.endpoint());
        insertEvent.setLong(4, receivedAt);
        insertEvent.setBytes(5, headers);
        insertEvent.setBytes(6, event.body());
        insertEvent.setLong(7, EventRow.checksum(event.id(), event.endpoint(), receivedAt, headers, event.body()));
        insertEvent.setInt(8, to.size());
        insertEvent.executeUpdate();
        for (String lane : to) {
            insertDelivery.setInt(1, database.owner(lane));
            insertDelivery.setInt(2, number(lane));
            insertDelivery.setLong(3, sequence);
            insertDelivery.setInt(4, event.body().length);
            insertDelivery.executeUpdate();
        }
        return sequence;
    }

    void settle(String lane, Settlement settlement) throws SQLException {
        int number = number(lane);
        int owner = database.owner(lane);
        if (!database.mayWriteResults(connection, lane, number)) {
            return;
        }
        if (settlement.outcome() == Settlement.Outcome.DONE) {
            forget(owner, number, settlement.sequence());
            return;
        }
        String error = String.valueOf(settlement.error()).replace('\0', ' '); // PostgreSQL's texts cannot hold it
        updateDelivery.setInt(1, settlement.outcome() == Settlement.Outcome.RETRY ? WAITING : DEAD);
        updateDelivery.setLong(2, settlement.nextAttemptMillis());
        updateDelivery.setString(3, error);
        updateDelivery.setInt(4, owner);
        updateDelivery.setInt(5, number);
        updateDelivery.setLong(6, settlement.sequence());
        if (updateDelivery.executeUpdate() > 0) {
            insertAttempt.setLong(1, settlement.sequence());
            insertAttempt.setInt(2, number);
            insertAttempt.setLong(3, settlement.attemptedAtMillis());
            insertAttempt.setString(4, error);
            insertAttempt.executeUpdate();
        }
    }

    /** Removes a delivery, and its event if that was the last one. */
    void forget(int owner, int lane, long sequence) throws SQLException {
        deleteDelivery.setInt(1, owner);
        deleteDelivery.setInt(2, lane);
        deleteDelivery.setLong(3, sequence);
        if (deleteDelivery.executeUpdate() == 0) {
            return;
        }
        deleteEvent.setLong(1, sequence);
        if (deleteEvent.executeUpdate() > 0 || closeOne(sequence)) {
            deleteAttempts.setLong(1, sequence);
            deleteAttempts.executeUpdate();
        }
    }

    /** Returns whether another instance has closed the others meanwhile, so that the event is gone now. */
    private boolean closeOne(long sequence) throws SQLException {
        closeOne.setLong(1, sequence);
        closeOne.executeUpdate();
        deleteClosedEvent.setLong(1, sequence);
        return deleteClosedEvent.executeUpdate() > 0;
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private int number(String lane) throws SQLException {
        @Nullable Integer known = lanes.get(lane);
        if (known != null) {
            return known;
        }
        database.lock(connection);
        int number = find(lane);
        if (number == 0) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO lane(number, name) SELECT coalesce(max(number), 0) + 1, ? FROM lane")) {
                insert.setString(1, lane);
                insert.executeUpdate();
            }
            number = find(lane);
        }
        lanes.put(lane, number);
        return number;
    }

    private int find(String lane) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT number FROM lane WHERE name = ?")) {
            select.setString(1, lane);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? found.getInt(1) : 0;
            }
        }
    }
}

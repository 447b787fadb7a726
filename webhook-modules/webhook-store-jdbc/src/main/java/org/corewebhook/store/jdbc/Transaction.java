package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Settlement;
import org.jspecify.annotations.Nullable;

/** The writer's connection with its prepared statements; thrown away after any failure. Used by the writer only. */
final class Transaction implements AutoCloseable {

    /** Open states are below {@link #DEAD}; queries and partial indexes rely on it. */
    static final int HELD = -1;

    static final int FRESH = 0;
    static final int WAITING = 1;
    static final int DEAD = 2;
    static final int DONE = 3;

    private final Connection connection;
    private final Map<String, Integer> lanes = new HashMap<>();
    private final PreparedStatement insertEvent;
    private final PreparedStatement insertDelivery;
    private final PreparedStatement insertAttempt;
    private final PreparedStatement updateDelivery;
    private final PreparedStatement keep;
    private final PreparedStatement revive;
    private final PreparedStatement deleteDelivery;
    private final PreparedStatement deleteEnded;
    private final PreparedStatement deleteEvent;
    private final PreparedStatement closeOne;
    private final PreparedStatement deleteAttempts;
    private final OrderingKeys orderingKeys;
    private final ReceiptTable receipts;
    private long lastSequence;

    Transaction(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        insertEvent = connection.prepareStatement("INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        insertDelivery = connection.prepareStatement("INSERT INTO delivery VALUES(?, ?, ?, 0, 0, ?, NULL, ?)");
        insertAttempt = connection.prepareStatement("INSERT INTO attempt VALUES(?, ?, ?, ?)");
        updateDelivery = connection.prepareStatement(
                "UPDATE delivery SET state = ?, attempts = attempts + 1, next_at = ?, error = ?"
                        + " WHERE lane = ? AND seq = ?");
        keep = connection.prepareStatement(
                "UPDATE delivery SET state = " + DONE + ", next_at = ?, error = NULL WHERE lane = ? AND seq = ?");
        revive = connection.prepareStatement("UPDATE delivery SET state = ?, attempts = 0, next_at = ?"
                + " WHERE lane = ? AND seq = ? AND state >= " + DEAD);
        deleteEnded =
                connection.prepareStatement("DELETE FROM delivery WHERE lane = ? AND seq = ? AND state >= " + DEAD);
        deleteDelivery = connection.prepareStatement("DELETE FROM delivery WHERE lane = ? AND seq = ?");
        deleteEvent = connection.prepareStatement("DELETE FROM event WHERE seq = ? AND open = 1");
        closeOne = connection.prepareStatement("UPDATE event SET open = open - 1 WHERE seq = ?");
        deleteAttempts = connection.prepareStatement("DELETE FROM attempt WHERE seq = ?");
        orderingKeys = new OrderingKeys(connection);
        receipts = new ReceiptTable(connection);
        lastSequence = Database.number(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'event'");
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
            case HELD -> HELD;
            case WAITING -> WAITING;
            case DEAD -> DEAD;
            case DONE -> DONE;
        };
    }

    /** Returns the state that this number in the file stands for. */
    static DeliveryState state(int number) {
        return switch (number) {
            case HELD -> DeliveryState.HELD;
            case FRESH -> DeliveryState.FRESH;
            case WAITING -> DeliveryState.WAITING;
            case DONE -> DeliveryState.DONE;
            default -> DeliveryState.DEAD;
        };
    }

    Connection connection() {
        return connection;
    }

    ReceiptTable receipts() {
        return receipts;
    }

    OrderingKeys orderingKeys() {
        return orderingKeys;
    }

    /**
     * Adds an event with a delivery for each lane; those in which its key holds it back are added to {@code heldBack}.
     */
    long append(WebhookEvent event, byte[] headers, List<String> to, long key, Set<String> heldBack)
            throws SQLException {
        long sequence = ++lastSequence;
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
            append(sequence, lane, event.body().length, key, heldBack);
        }
        return sequence;
    }

    private void append(long sequence, String lane, int bytes, long key, Set<String> heldBack) throws SQLException {
        int number = number(lane);
        boolean held = key != EventStore.NO_KEY && orderingKeys.isTaken(number, key);
        if (held) {
            heldBack.add(lane);
        }
        insertDelivery.setInt(1, number);
        insertDelivery.setLong(2, sequence);
        insertDelivery.setInt(3, held ? HELD : FRESH);
        insertDelivery.setInt(4, bytes);
        if (key == EventStore.NO_KEY) {
            insertDelivery.setNull(5, Types.BIGINT);
        } else {
            insertDelivery.setLong(5, key);
        }
        insertDelivery.executeUpdate();
    }

    /** Notes what became of an attempt; if the delivery has ended, the next one of its ordering key may go. */
    void settle(String lane, Settlement settlement) throws SQLException {
        int number = number(lane);
        boolean ends = settlement.outcome() != Settlement.Outcome.RETRY;
        long key = ends ? orderingKeys.keyOf(number, settlement.sequence()) : EventStore.NO_KEY;
        settle(number, settlement);
        if (key != EventStore.NO_KEY) {
            orderingKeys.ended(number, lane, key, settlement.attemptedAtMillis());
        }
    }

    private void settle(int number, Settlement settlement) throws SQLException {
        if (settlement.outcome() == Settlement.Outcome.DONE && settlement.nextAttemptMillis() > 0) {
            keep.setLong(1, settlement.nextAttemptMillis());
            keep.setInt(2, number);
            keep.setLong(3, settlement.sequence());
            keep.executeUpdate();
            return;
        }
        if (settlement.outcome() == Settlement.Outcome.DONE) {
            forget(number, settlement.sequence());
            return;
        }
        String error = String.valueOf(settlement.error());
        updateDelivery.setInt(1, settlement.outcome() == Settlement.Outcome.RETRY ? WAITING : DEAD);
        updateDelivery.setLong(2, settlement.nextAttemptMillis());
        updateDelivery.setString(3, error);
        updateDelivery.setInt(4, number);
        updateDelivery.setLong(5, settlement.sequence());
        if (updateDelivery.executeUpdate() > 0) {
            insertAttempt.setLong(1, settlement.sequence());
            insertAttempt.setInt(2, number);
            insertAttempt.setLong(3, settlement.attemptedAtMillis());
            insertAttempt.setString(4, error);
            insertAttempt.executeUpdate();
        }
    }

    /** Removes a delivery, and its event if that was the last one. */
    void forget(int lane, long sequence) throws SQLException {
        deleteDelivery.setInt(1, lane);
        deleteDelivery.setLong(2, sequence);
        if (deleteDelivery.executeUpdate() > 0) {
            forgot(sequence);
        }
    }

    /** Removes a delivery if it is dead or done, and its event if that was the last one. */
    boolean forgetEnded(DeadLetters.Letter letter) throws SQLException {
        deleteEnded.setInt(1, letter.lane());
        deleteEnded.setLong(2, letter.sequence());
        if (deleteEnded.executeUpdate() == 0) {
            return false;
        }
        forgot(letter.sequence());
        return true;
    }

    /** Makes a delivery due if it is dead or done; held back if an earlier one of its ordering key has not ended. */
    boolean revive(DeadLetters.Letter letter, long nowMillis) throws SQLException {
        boolean held = letter.key() != EventStore.NO_KEY && orderingKeys.isTaken(letter.lane(), letter.key());
        revive.setInt(1, held ? HELD : WAITING);
        revive.setLong(2, nowMillis);
        revive.setInt(3, letter.lane());
        revive.setLong(4, letter.sequence());
        return revive.executeUpdate() > 0;
    }

    private void forgot(long sequence) throws SQLException {
        deleteEvent.setLong(1, sequence);
        if (deleteEvent.executeUpdate() > 0) {
            deleteAttempts.setLong(1, sequence);
            deleteAttempts.executeUpdate();
        } else {
            closeOne.setLong(1, sequence);
            closeOne.executeUpdate();
        }
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
        int number = lanes.values().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO lane VALUES(?, ?)")) {
            insert.setInt(1, number);
            insert.setString(2, lane);
            insert.executeUpdate();
        }
        lanes.put(lane, number);
        return number;
    }
}

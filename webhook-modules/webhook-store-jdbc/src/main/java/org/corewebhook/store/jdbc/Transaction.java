package org.corewebhook.store.jdbc;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final Connection connection;
    private final @Nullable FreshEvents fresh;
    private final Database.Sequences sequences;
    private final LaneNumbers lanes;
    private final Insertions insertions;
    private final PreparedStatement insertAttempt;
    private final PreparedStatement updateDelivery;
    private final PreparedStatement keep;
    private final PreparedStatement revive;
    private final PreparedStatement deleteDelivery;
    private final PreparedStatement deleteEnded;
    private final PreparedStatement deleteEvent;
    private final PreparedStatement closeOne;
    private final PreparedStatement deleteClosedEvent;
    private final PreparedStatement deleteAttempts;
    private final OrderingKeys orderingKeys;
    private final ReceiptTable receipts;
    private boolean anyAttempts;
    private long lastSequence;

    /** Prepares statements; {@code fresh} are the events that are no rows yet, if the database has a journal. */
    Transaction(Database database, Connection connection, @Nullable FreshEvents fresh) throws SQLException {
        this.database = database;
        this.connection = connection;
        this.fresh = fresh;
        connection.setAutoCommit(false);
        insertions = new Insertions(connection);
        insertAttempt = connection.prepareStatement("INSERT INTO attempt(seq, lane, at, error) VALUES(?, ?, ?, ?)");
        updateDelivery = connection.prepareStatement(
                "UPDATE delivery SET state = ?, attempts = attempts + 1, next_at = ?, error = ?"
                        + " WHERE owner = ? AND lane = ? AND seq = ?");
        keep = connection.prepareStatement("UPDATE delivery SET state = " + DONE
                + ", next_at = ?, error = NULL WHERE owner = ? AND lane = ? AND seq = ?");
        revive = connection.prepareStatement("UPDATE delivery SET owner = ?, state = ?, attempts = 0, next_at = ?"
                + " WHERE owner = ? AND lane = ? AND seq = ? AND state >= " + DEAD);
        deleteEnded = connection.prepareStatement(
                "DELETE FROM delivery WHERE owner = ? AND lane = ? AND seq = ? AND state >= " + DEAD);
        deleteDelivery = connection.prepareStatement("DELETE FROM delivery WHERE owner = ? AND lane = ? AND seq = ?");
        deleteEvent = connection.prepareStatement("DELETE FROM event WHERE seq = ? AND open = 1");
        closeOne = connection.prepareStatement("UPDATE event SET open = open - 1 WHERE seq = ?");
        deleteClosedEvent = connection.prepareStatement("DELETE FROM event WHERE seq = ? AND open <= 0");
        deleteAttempts = connection.prepareStatement("DELETE FROM attempt WHERE seq = ?");
        orderingKeys = new OrderingKeys(database, connection);
        receipts = new ReceiptTable(connection);
        sequences = database.sequences(connection);
        anyAttempts = anyAttempts();
        lanes = new LaneNumbers(database, connection);
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

    /** Called before anything is written; keeps other instances away from lanes that keep their order. */
    void begin(List<Work> batch) throws SQLException {
        int events = 0;
        boolean alone = false;
        for (Work work : batch) {
            events += work.events();
            for (String lane : work.lanes()) {
                alone |= !lanes.knows(lane) || database.keepsOrder(lane);
            }
        }
        if (alone) {
            database.lock(connection);
        }
        if (events > 0) {
            sequences.reserve(events);
        }
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
        long sequence = nextSequence();
        append(sequence, event, headers, to, key, heldBack);
        return sequence;
    }

    /** Adds an event without key and receipt: to the journal, if that is likely to be enough. */
    long append(WebhookEvent event, byte[] headers, List<String> to) throws SQLException {
        long sequence = nextSequence();
        if (fresh == null || !fresh.add(sequence, event, headers, to)) {
            append(sequence, event, headers, to, EventStore.NO_KEY, Set.of());
        }
        return sequence;
    }

    private long nextSequence() {
        lastSequence = sequences.next();
        return lastSequence;
    }

    /** Makes rows of all events that are in the journal. */
    void moveFresh() throws SQLException {
        if (fresh == null || fresh.isMoving()) {
            return;
        }
        long token = newRound(Math.max(lastSequence, fresh.lastSequence()));
        append(fresh.move(token));
    }

    /** Makes rows of all events that are in the journal if some have been there for longer than most. */
    void moveOld() throws SQLException {
        if (fresh != null && fresh.isOld()) {
            moveFresh();
        }
    }

    /** Adds events that were in the journal. */
    void append(List<JournalEntry> entries) throws SQLException {
        for (JournalEntry entry : entries) {
            append(entry.sequence(), entry.event(), entry.headers(), entry.lanes(), EventStore.NO_KEY, Set.of());
        }
        insertions.send(); // what follows may be about them
    }

    /** Returns a new token: from the commit on, records of the journal count only if they have it. */
    long newRound(long last) throws SQLException {
        long token = RANDOM.nextLong();
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE journal SET token = ?, last = max(last, ?)")) {
            update.setLong(1, token);
            update.setLong(2, last);
            update.executeUpdate();
            return token;
        }
    }

    private void append(
            long sequence, WebhookEvent event, byte[] headers, List<String> to, long key, Set<String> heldBack)
            throws SQLException {
        insertions.event(sequence, event, headers, to.size());
        for (String lane : to) {
            int number = lanes.of(lane);
            boolean held = key != EventStore.NO_KEY && isTaken(number, key);
            if (held) {
                heldBack.add(lane);
            }
            int state = held ? HELD : FRESH;
            insertions.delivery(database.owner(lane), number, sequence, state, event.body().length, key);
        }
    }

    private boolean isTaken(int number, long key) throws SQLException {
        insertions.send();
        return orderingKeys.isTaken(number, key);
    }

    /** Notes what became of attempts; see {@link #settle(String, Settlement)}. */
    void settle(String lane, List<Settlement> all) throws SQLException {
        List<Settlement> settlements = fresh == null ? all : fresh.settle(lane, all);
        if (fresh != null && fresh.isAnyOf(settlements)) {
            moveFresh();
        }
        if (!settlements.isEmpty()) {
            settleRows(lane, settlements);
        }
    }

    private void settleRows(String lane, List<Settlement> settlements) throws SQLException {
        int number = lanes.of(lane);
        if (database.keepsOrder(lane) || orderingKeys.mayHold(number) || !Finished.all(settlements)) {
            for (Settlement settlement : settlements) {
                settle(lane, settlement);
            }
        } else if (database.isRemote()) {
            for (long sequence : Finished.remove(connection, database.owner(lane), number, settlements)) {
                closeOne(sequence);
            }
        } else {
            forget(database.owner(lane), number, settlements);
        }
    }

    /** Removes deliveries, many with one call of the driver. */
    private void forget(int owner, int lane, List<Settlement> settlements) throws SQLException {
        for (Settlement settlement : settlements) {
            deleteDelivery.setInt(1, owner);
            deleteDelivery.setInt(2, lane);
            deleteDelivery.setLong(3, settlement.sequence());
            deleteDelivery.addBatch();
        }
        int[] removed = deleteDelivery.executeBatch();
        List<Long> sequences = new ArrayList<>(removed.length);
        for (int i = 0; i < removed.length; i++) {
            if (removed[i] > 0) {
                long sequence = settlements.get(i).sequence();
                sequences.add(sequence);
                deleteEvent.setLong(1, sequence);
                deleteEvent.addBatch();
            }
        }
        int[] gone = deleteEvent.executeBatch();
        for (int i = 0; i < gone.length; i++) {
            ended(sequences.get(i), gone[i] > 0);
        }
    }

    /** Notes what became of an attempt; if the delivery has ended, the next one of its ordering key may go. */
    void settle(String lane, Settlement settlement) throws SQLException {
        int number = lanes.of(lane);
        int owner = database.owner(lane);
        if (!database.mayWriteResults(connection, lane, number)) {
            return;
        }
        boolean ends = settlement.outcome() != Settlement.Outcome.RETRY;
        if (orderingKeys.mayHold(number)) {
            insertions.send(); // what this delivery held back may have been appended by the same transaction
        }
        long key = ends ? orderingKeys.keyOf(number, lane, settlement.sequence()) : EventStore.NO_KEY;
        settle(owner, number, settlement);
        if (key != EventStore.NO_KEY) {
            orderingKeys.ended(number, lane, key, settlement.attemptedAtMillis());
        }
    }

    private void settle(int owner, int number, Settlement settlement) throws SQLException {
        if (settlement.outcome() == Settlement.Outcome.DONE && settlement.nextAttemptMillis() > 0) {
            keep.setLong(1, settlement.nextAttemptMillis());
            keep.setInt(2, owner);
            keep.setInt(3, number);
            keep.setLong(4, settlement.sequence());
            keep.executeUpdate();
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
            anyAttempts = true;
        }
    }

    /** Removes a delivery, and its event if that was the last one. */
    void forget(int owner, int lane, long sequence) throws SQLException {
        deleteDelivery.setInt(1, owner);
        deleteDelivery.setInt(2, lane);
        deleteDelivery.setLong(3, sequence);
        if (deleteDelivery.executeUpdate() > 0) {
            forgot(sequence);
        }
    }

    /** Removes a delivery if it is dead or done, and its event if that was the last one. */
    boolean forgetEnded(DeadLetters.Letter letter) throws SQLException {
        deleteEnded.setInt(1, letter.owner());
        deleteEnded.setInt(2, letter.lane());
        deleteEnded.setLong(3, letter.sequence());
        if (deleteEnded.executeUpdate() == 0) {
            return false;
        }
        forgot(letter.sequence());
        return true;
    }

    /** Makes a delivery due if it is dead or done; held back if an earlier one of its ordering key has not ended. */
    boolean revive(DeadLetters.Letter letter, long nowMillis) throws SQLException {
        boolean held = letter.key() != EventStore.NO_KEY && isTaken(letter.lane(), letter.key());
        revive.setInt(1, letter.owner() == 0 ? 0 : database.owner(letter.laneName()));
        revive.setInt(2, held ? HELD : WAITING);
        revive.setLong(3, nowMillis);
        revive.setInt(4, letter.owner());
        revive.setInt(5, letter.lane());
        revive.setLong(6, letter.sequence());
        return revive.executeUpdate() > 0;
    }

    private void forgot(long sequence) throws SQLException {
        deleteEvent.setLong(1, sequence);
        ended(sequence, deleteEvent.executeUpdate() > 0);
    }

    private void ended(long sequence, boolean gone) throws SQLException {
        if ((gone || closeOne(sequence)) && anyAttempts) {
            deleteAttempts.setLong(1, sequence);
            if (deleteAttempts.executeUpdate() > 0) {
                anyAttempts = anyAttempts();
            }
        }
    }

    /** While nothing fails, there is nothing to look for when an event ends. */
    private boolean anyAttempts() throws SQLException {
        return database.isRemote() || Database.number(connection, "SELECT EXISTS(SELECT 1 FROM attempt)") > 0;
    }

    /** Returns whether another instance has closed the others meanwhile, so that the event is gone now. */
    private boolean closeOne(long sequence) throws SQLException {
        closeOne.setLong(1, sequence);
        closeOne.executeUpdate();
        deleteClosedEvent.setLong(1, sequence);
        return deleteClosedEvent.executeUpdate() > 0;
    }

    /** Makes all durable: what stays in the journal by writing that, everything else by a commit. */
    void commit() throws SQLException {
        if (fresh != null && (fresh.mustMove() || !fresh.write())) {
            moveFresh();
        }
        insertions.send();
        connection.commit();
        if (fresh != null) {
            fresh.committed(lastSequence);
        }
    }

    @Override
    public void close() throws SQLException {
        if (fresh != null) {
            fresh.rolledBack();
        }
        connection.close();
    }
}

package org.corewebhook.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;

/** What an operator decides about dead letters, within one transaction. */
final class DeadLetters {

    private DeadLetters() {}

    private record Letter(int owner, int lane, String laneName, long sequence, long bytes, long key) {}

    static List<EventStore.Backlog> replay(Transaction transaction, DeliveryFilter filter, long nowMillis)
            throws SQLException {
        Map<String, EventStore.Backlog> replayed = new LinkedHashMap<>();
        try (PreparedStatement update = transaction
                .connection()
                .prepareStatement("UPDATE delivery SET owner = ?, state = ?, attempts = 0, next_at = ?"
                        + " WHERE owner = ? AND lane = ? AND seq = ? AND state = 2")) {
            List<Letter> oldestFirst = matching(transaction, filter);
            Collections.reverse(oldestFirst);
            for (Letter letter : oldestFirst) {
                update.setInt(1, transaction.owner(letter.laneName()));
                update.setInt(2, isHeldBack(transaction, letter) ? Transaction.HELD : Transaction.WAITING);
                update.setLong(3, nowMillis);
                update.setInt(4, letter.owner());
                update.setInt(5, letter.lane());
                update.setLong(6, letter.sequence());
                if (update.executeUpdate() == 0) {
                    continue; // another instance was faster
                }
                EventStore.Backlog one =
                        new EventStore.Backlog(letter.laneName(), 1, letter.bytes(), letter.sequence(), nowMillis);
                replayed.merge(letter.laneName(), one, DeadLetters::sum);
            }
        }
        return new ArrayList<>(replayed.values());
    }

    private static boolean isHeldBack(Transaction transaction, Letter letter) throws SQLException {
        return letter.key() != EventStore.NO_KEY && transaction.orderingKeys().isTaken(letter.lane(), letter.key());
    }

    static int purge(Transaction transaction, DeliveryFilter filter) throws SQLException {
        List<Letter> letters = matching(transaction, filter);
        for (Letter letter : letters) {
            transaction.forget(letter.owner(), letter.lane(), letter.sequence());
        }
        return letters.size();
    }

    private static List<Letter> matching(Transaction transaction, DeliveryFilter filter) throws SQLException {
        List<Letter> letters = new ArrayList<>();
        try (PreparedStatement select = new Matching(filter.in(DeliveryState.DEAD))
                        .select(transaction.connection(), "d.owner, d.lane, l.name, d.seq, d.bytes, d.ordering_key");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                letters.add(new Letter(
                        rows.getInt(1),
                        rows.getInt(2),
                        rows.getString(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6)));
            }
        }
        return letters;
    }

    static EventStore.Backlog sum(EventStore.Backlog a, EventStore.Backlog b) {
        return new EventStore.Backlog(
                a.lane(),
                a.deliveries() + b.deliveries(),
                a.bytes() + b.bytes(),
                Math.max(a.lastSequence(), b.lastSequence()),
                Math.min(a.nextAttemptMillis(), b.nextAttemptMillis()));
    }
}

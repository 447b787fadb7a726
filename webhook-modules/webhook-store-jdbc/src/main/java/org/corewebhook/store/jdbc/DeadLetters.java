package org.corewebhook.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;

/** What an operator decides about dead letters, within one transaction. */
final class DeadLetters {

    private DeadLetters() {}

    private record Letter(int owner, int lane, String laneName, long sequence, long bytes) {}

    static List<EventStore.Backlog> replay(Transaction transaction, DeliveryFilter filter, long nowMillis)
            throws SQLException {
        Map<String, EventStore.Backlog> replayed = new LinkedHashMap<>();
        try (PreparedStatement update = transaction
                .connection()
                .prepareStatement("UPDATE delivery SET owner = ?, state = 1, attempts = 0, next_at = ?"
                        + " WHERE owner = ? AND lane = ? AND seq = ? AND state = 2")) {
            for (Letter letter : matching(transaction, filter)) {
                update.setInt(1, transaction.owner(letter.laneName()));
                update.setLong(2, nowMillis);
                update.setInt(3, letter.owner());
                update.setInt(4, letter.lane());
                update.setLong(5, letter.sequence());
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
                        .select(transaction.connection(), "d.owner, d.lane, l.name, d.seq, d.bytes");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                letters.add(new Letter(
                        rows.getInt(1), rows.getInt(2), rows.getString(3), rows.getLong(4), rows.getLong(5)));
            }
        }
        return letters;
    }

    private static EventStore.Backlog sum(EventStore.Backlog a, EventStore.Backlog b) {
        return new EventStore.Backlog(
                a.lane(),
                a.deliveries() + b.deliveries(),
                a.bytes() + b.bytes(),
                Math.max(a.lastSequence(), b.lastSequence()),
                Math.min(a.nextAttemptMillis(), b.nextAttemptMillis()));
    }
}

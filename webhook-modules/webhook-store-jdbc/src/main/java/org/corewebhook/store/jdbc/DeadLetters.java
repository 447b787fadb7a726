package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator decides about deliveries that have ended, dead or done. They are looked for beside the writer and
 * changed some hundred at a time, oldest first, so that new events need not wait. Thread-safe.
 */
final class DeadLetters {

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private static final int STEP = 500;
    private static final String COLUMNS = "d.owner, d.lane, l.name, d.seq, d.bytes, d.ordering_key";

    private final Reader reader;
    private final Writer writer;

    DeadLetters(Reader reader, Writer writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /** A delivery that has ended. */
    record Letter(int owner, int lane, String laneName, long sequence, long bytes, long key) {

        /** Where a search begins. */
        static final Letter NONE = new Letter(0, 0, "", 0, 0, EventStore.NO_KEY);
    }

    @FunctionalInterface
    private interface Decision {

        /** Returns whether the delivery had not got another state meanwhile. */
        boolean apply(Transaction transaction, Letter letter) throws SQLException;
    }

    List<EventStore.Backlog> replay(DeliveryFilter filter, long nowMillis) throws StoreException {
        Map<String, EventStore.Backlog> replayed = new LinkedHashMap<>();
        apply(filter, (transaction, letter) -> transaction.revive(letter, nowMillis), letters -> {
            for (Letter letter : letters) {
                EventStore.Backlog one =
                        new EventStore.Backlog(letter.laneName(), 1, letter.bytes(), letter.sequence(), nowMillis);
                replayed.merge(letter.laneName(), one, DeadLetters::sum);
            }
        });
        return new ArrayList<>(replayed.values());
    }

    int purge(DeliveryFilter filter) throws StoreException {
        int[] purged = new int[1];
        apply(filter, Transaction::forgetEnded, letters -> purged[0] += letters.size());
        return purged[0];
    }

    /** Returns deliveries that have ended, oldest first. */
    static List<Letter> find(Connection connection, DeliveryFilter filter, Letter after, int max) throws SQLException {
        List<Letter> letters = new ArrayList<>();
        try (PreparedStatement select = new Matching(filter).ended(connection, COLUMNS, after, max);
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

    private void apply(DeliveryFilter filter, Decision decision, Consumer<List<Letter>> decided) throws StoreException {
        if (filter.state() != null && filter.state() != DeliveryState.DEAD && filter.state() != DeliveryState.DONE) {
            return;
        }
        write(List.of(), decision); // what was noted before is written now, and can be found
        int left = filter.limit();
        Letter last = Letter.NONE;
        while (left > 0) {
            List<Letter> step;
            try {
                step = reader.letters(filter, last, Math.min(left, STEP));
                decided.accept(write(step, decision));
            } catch (StoreException e) {
                if (last.sequence() == 0) {
                    throw e;
                }
                log.error("Only the first of the deliveries were changed, ask again: {}", e.getMessage(), e);
                return; // lanes must learn of those that are due now
            }
            if (step.size() < STEP) {
                return;
            }
            left -= step.size();
            last = step.get(step.size() - 1);
        }
    }

    private List<Letter> write(List<Letter> step, Decision decision) throws StoreException {
        List<Letter> decided = new ArrayList<>(step.size());
        Work.Command command = new Work.Command(transaction -> {
            for (Letter letter : step) {
                if (decision.apply(transaction, letter)) {
                    decided.add(letter);
                }
            }
        });
        writer.submit(command);
        command.await();
        return decided;
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

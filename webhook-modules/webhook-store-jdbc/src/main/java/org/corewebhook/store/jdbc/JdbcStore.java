package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventView;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.corewebhook.store.StoreHealth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store over JDBC, whatever the database. */
final class JdbcStore implements EventStore {

    private static final Logger log = LoggerFactory.getLogger(JdbcStore.class);

    private final Database database;
    private final Runnable whenClosed;
    private final Writer writer;
    private final Reader reader;

    /**
     * Begins to write.
     *
     * @param connection to a database that is migrated; closed by the store
     * @param whenClosed called when everything is written and closed
     */
    JdbcStore(Database database, Connection connection, Runnable whenClosed) throws SQLException {
        this.database = database;
        this.whenClosed = whenClosed;
        this.writer = new Writer(database, connection);
        this.reader = new Reader(database, this::damaged);
    }

    @Override
    public void append(WebhookEvent event, List<String> lanes, DurableListener whenDurable) throws StoreException {
        Work.Append append = new Work.Append(event, lanes, whenDurable);
        writer.submit(append);
        append.await();
    }

    @Override
    public Page read(String lane, long after, int maxEvents, long maxBytes) throws StoreException {
        return reader.read(lane, after, maxEvents, maxBytes);
    }

    @Override
    public List<StoredDelivery> due(String lane, long nowMillis, int maxEvents, long maxBytes) throws StoreException {
        return reader.due(lane, nowMillis, maxEvents, maxBytes);
    }

    @Override
    public void settle(String lane, List<Settlement> settlements, Runnable whenWritten) {
        try {
            writer.submit(new Work.Notes(lane, List.copyOf(settlements), whenWritten));
        } catch (StoreException e) {
            log.warn("{}: {} results not written, those events are delivered again", lane, settlements.size(), e);
        }
    }

    @Override
    public List<Backlog> backlog() throws StoreException {
        return reader.backlog();
    }

    @Override
    public List<DeliveryView> find(DeliveryFilter filter) throws StoreException {
        return reader.find(filter);
    }

    @Override
    public Optional<EventView> event(String id) throws StoreException {
        return reader.event(id);
    }

    @Override
    public List<Backlog> replay(DeliveryFilter filter, long nowMillis) throws StoreException {
        List<Backlog> replayed = new ArrayList<>();
        command(transaction -> replayed.addAll(DeadLetters.replay(transaction, filter, nowMillis)));
        return replayed;
    }

    @Override
    public int purge(DeliveryFilter filter) throws StoreException {
        int[] purged = new int[1];
        command(transaction -> purged[0] = DeadLetters.purge(transaction, filter));
        return purged[0];
    }

    @Override
    public StoreHealth health() {
        return new StoreHealth(database.location(), writer.lastError());
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        whenClosed.run();
    }

    private void command(Work.Command.Action action) throws StoreException {
        Work.Command command = new Work.Command(action);
        writer.submit(command);
        command.await();
    }

    /** What has not the checksum that it was written with is never delivered. */
    private void damaged(String lane, long sequence, String id) {
        log.error("{}: the stored event {} is damaged (checksum), it becomes a dead letter", lane, id);
        Settlement dead =
                Settlement.dead(sequence, System.currentTimeMillis(), "The stored body is damaged (checksum)");
        settle(lane, List.of(dead), () -> {});
    }
}

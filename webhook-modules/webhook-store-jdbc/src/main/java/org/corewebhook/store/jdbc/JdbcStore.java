package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventView;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.corewebhook.store.StoreHealth;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store over JDBC, whatever the database. */
final class JdbcStore implements EventStore {

    private static final Logger log = LoggerFactory.getLogger(JdbcStore.class);

    private final Database database;
    private final Sharing sharing;
    private final @Nullable FreshEvents fresh;
    private final Writer writer;
    private final Reader reader;
    private final Reader operatorsReader;
    private final DeadLetters deadLetters;

    /** Tells claims of this opening from those of others. */
    private final long claimant = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);

    private final Set<String> damagedNow = ConcurrentHashMap.newKeySet();
    private volatile @Nullable LaneWatcher watcher;

    /**
     * Begins to write.
     *
     * @param connection to a database that is migrated; closed by the store
     * @param fresh the events that are no rows yet, if the database has a journal; closed by the store
     * @param clock tells when receipts and delivered events are to be forgotten
     * @param sharing how instances divide the work; left when everything is written and closed
     */
    JdbcStore(Database database, Connection connection, @Nullable FreshEvents fresh, Sharing sharing, Clock clock)
            throws SQLException {
        this.database = database;
        this.sharing = sharing;
        this.fresh = fresh;
        this.writer = new Writer(database, connection, fresh, new Expiry(clock), this::released);
        this.reader = new Reader(database, this::damaged);
        this.operatorsReader = new Reader(database, this::damaged); // who looks around does not hold deliveries up
        this.deadLetters = new DeadLetters(operatorsReader, writer);
    }

    @Override
    public void watch(LaneWatcher laneWatcher) {
        this.watcher = laneWatcher;
    }

    @Override
    public void submit(
            WebhookEvent event, List<String> lanes, long key, @Nullable Receipt receipt, AppendListener listener) {
        try {
            database.requireSpace();
            writer.submit(new Work.Append(event, lanes, key, receipt, listener));
        } catch (StoreException e) {
            listener.failed(e);
        }
    }

    @Override
    public Receipt.Standing claim(Receipt receipt, long nowMillis, long leaseUntilMillis) throws StoreException {
        ReceiptClaim claim = new ReceiptClaim(receipt, claimant, nowMillis, leaseUntilMillis);
        writer.submit(claim);
        claim.await();
        return claim.standing();
    }

    @Override
    public void complete(Receipt receipt) {
        note(new ReceiptNote(receipt, claimant, true));
    }

    @Override
    public void release(Receipt receipt) {
        note(new ReceiptNote(receipt, claimant, false));
    }

    private void note(ReceiptNote note) {
        try {
            writer.submit(note);
        } catch (StoreException e) {
            log.warn("What became of a receipt is not written; its claim ends with its lease", e);
        }
    }

    @Override
    public Page read(String lane, long after, int maxEvents, long maxBytes) throws StoreException {
        if (fresh == null) {
            return reader.read(lane, after, Long.MAX_VALUE, maxEvents, maxBytes);
        }
        Page page;
        long round;
        do {
            round = fresh.round();
            long last = fresh.lastSequence();
            Page rows = reader.read(lane, after, last, maxEvents, maxBytes);
            page = fresh.merge(rows, lane, after, last, maxEvents, maxBytes);
        } while (round != fresh.round()); // what became a row meanwhile may have been seen in neither place
        return page;
    }

    /** Rows alone can be found and counted. */
    private void makeRows() throws StoreException {
        if (fresh != null && !fresh.isEmpty()) {
            Work.Command move = new Work.Command(Transaction::moveFresh);
            writer.submit(move);
            move.await();
        }
    }

    /** An operator sees what there is even if nothing can be written. */
    private void makeRowsIfPossible() {
        try {
            makeRows();
        } catch (StoreException e) {
            log.warn("What was received in the last second is not shown: {}", e.getMessage(), e);
        }
    }

    @Override
    public DuePage due(DueQuery query) throws StoreException {
        return reader.due(query);
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
        makeRows();
        return reader.backlog();
    }

    @Override
    public List<DeliveryView> find(DeliveryFilter filter) throws StoreException {
        makeRowsIfPossible();
        return operatorsReader.find(filter);
    }

    @Override
    public Optional<EventView> event(String id) throws StoreException {
        makeRowsIfPossible();
        return operatorsReader.event(id);
    }

    @Override
    public List<Backlog> replay(DeliveryFilter filter, long nowMillis) throws StoreException {
        return deadLetters.replay(filter, nowMillis);
    }

    @Override
    public int purge(DeliveryFilter filter) throws StoreException {
        return deadLetters.purge(filter);
    }

    @Override
    public boolean register(String lane, boolean inOrder) {
        return sharing.register(lane, inOrder);
    }

    @Override
    public boolean mayDeliver(String lane) {
        return sharing.mayDeliver(lane);
    }

    @Override
    public Duration takeOverEvery() {
        return sharing.takeOverEvery();
    }

    @Override
    public TakeOver takeOver() throws StoreException {
        return sharing.takeOver();
    }

    @Override
    public StoreHealth health() {
        return new StoreHealth(database.location(), writer.lastError());
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        operatorsReader.close();
        closeJournal();
        sharing.leave();
    }

    private void closeJournal() {
        try {
            if (fresh != null) {
                fresh.close();
            }
        } catch (IOException e) {
            log.warn("The journal did not close cleanly; what it holds is durable", e);
        }
    }

    /** What has not the checksum that it was written with is never delivered. */
    private void damaged(String lane, EventRow.Read read) {
        long sequence = read.sequence();
        if (!damagedNow.add(lane + "/" + sequence)) {
            return; // read once more before that was written
        }
        WebhookEvent event = read.event();
        log.error("{}: the stored event {} is damaged (checksum), it becomes a dead letter", lane, event.id());
        Settlement dead =
                Settlement.dead(sequence, System.currentTimeMillis(), "The stored body is damaged (checksum)");
        settle(lane, List.of(dead), () -> {
            damagedNow.remove(lane + "/" + sequence);
            LaneWatcher told = watcher;
            if (told != null) {
                told.lost(lane, 1, event.body().length);
            }
        });
    }

    private void released(String lane) {
        LaneWatcher told = watcher;
        if (told != null) {
            told.released(lane);
        }
    }
}

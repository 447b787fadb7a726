package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
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

/** The store in one SQLite file, for one process. */
final class SqliteStore implements EventStore {

    private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

    /** Larger files are not checked from end to end at the start: it must not take longer than a sender's patience. */
    private static final long MAX_CHECKED_BYTES = 64L << 20;

    private final Database database;
    private final ProcessLock lock;
    private final Writer writer;
    private final Reader reader;
    private final Reader operatorsReader;
    private final DeadLetters deadLetters;

    /** Tells claims of this opening from those of others. */
    private final long claimant = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);

    private final DiskSpace diskSpace;
    private final Set<String> damagedNow = ConcurrentHashMap.newKeySet();
    private volatile @Nullable LaneWatcher watcher;

    private SqliteStore(Database database, ProcessLock lock, Connection connection, Clock clock) throws SQLException {
        this.database = database;
        this.lock = lock;
        this.writer = new Writer(database, connection, new Expiry(clock), this::released);
        this.reader = new Reader(database, this::damaged);
        this.operatorsReader = new Reader(database, this::damaged); // who looks around does not hold deliveries up
        this.deadLetters = new DeadLetters(operatorsReader, writer);
        this.diskSpace = new DiskSpace(database.file());
    }

    static SqliteStore open(Path file, boolean synchronous, Clock clock) throws StoreException {
        Database database = new Database(file, synchronous);
        ProcessLock lock = prepare(file);
        try {
            Connection connection = database.connect();
            try {
                if (!lock.wasClosedCleanly() && Files.size(file) <= MAX_CHECKED_BYTES) {
                    database.check(connection);
                }
                database.migrate(connection);
                ReceiptTable.forgetClaims(connection); // nobody else can be receiving
                restrict(file);
                log.info(
                        "Events are kept in {}{}",
                        file,
                        synchronous ? "" : ", NOT synchronised to the disk: a power cut loses acknowledged events");
                return new SqliteStore(database, lock, connection, clock);
            } catch (SQLException | StoreException | IOException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            release(lock);
            throw database.explained(e);
        } catch (StoreException e) {
            release(lock);
            throw e;
        } catch (IOException e) {
            release(lock);
            throw new StoreException("The store " + file + " cannot be used: " + e, e);
        }
    }

    @Override
    public void watch(LaneWatcher laneWatcher) {
        this.watcher = laneWatcher;
    }

    @Override
    public Receipt.Standing append(
            WebhookEvent event, List<String> lanes, long key, @Nullable Receipt receipt, DurableListener whenDurable)
            throws StoreException {
        diskSpace.require();
        Work.Append append = new Work.Append(event, lanes, key, receipt, whenDurable);
        writer.submit(append);
        append.await();
        return append.standing();
    }

    @Override
    public Receipt.Standing claim(Receipt receipt, long nowMillis, long leaseUntilMillis) throws StoreException {
        Receipt.Standing[] standing = {Receipt.Standing.IN_FLIGHT};
        command(transaction ->
                standing[0] = transaction.receipts().claim(receipt, claimant, nowMillis, leaseUntilMillis));
        return standing[0];
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
        return reader.read(lane, after, maxEvents, maxBytes);
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
        return reader.backlog();
    }

    @Override
    public List<DeliveryView> find(DeliveryFilter filter) throws StoreException {
        return operatorsReader.find(filter);
    }

    @Override
    public Optional<EventView> event(String id) throws StoreException {
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
    public StoreHealth health() {
        return new StoreHealth("sqlite:" + database.file(), writer.lastError());
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        operatorsReader.close();
        try {
            lock.closeCleanly();
        } catch (IOException e) {
            log.warn("The lock of the store {} could not be released", database.file(), e);
        }
    }

    private void command(Work.Command.Action action) throws StoreException {
        Work.Command command = new Work.Command(action);
        writer.submit(command);
        command.await();
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

    private static ProcessLock prepare(Path file) throws StoreException {
        Path folder = file.getParent();
        try {
            if (folder != null && !Files.exists(folder)) {
                if (posix()) {
                    Files.createDirectories(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectories(folder);
                }
            }
            return ProcessLock.take(file);
        } catch (IOException e) {
            throw new StoreException(
                    "The folder of the store " + file + " cannot be written (" + e + "): create it for the receiver's"
                            + " user, or set WEBHOOK_STORE=sqlite:FILE to another place",
                    e);
        }
    }

    private static void restrict(Path file) throws IOException {
        if (posix()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private static void release(ProcessLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            log.warn("The lock of the store could not be released", e);
        }
    }
}

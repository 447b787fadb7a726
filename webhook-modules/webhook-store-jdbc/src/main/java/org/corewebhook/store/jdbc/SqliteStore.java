package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** The store in one SQLite file, for one process. */
final class SqliteStore implements EventStore {

    private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

    /** Larger files are not checked from end to end at the start: it must not take longer than a sender's patience. */
    private static final long MAX_CHECKED_BYTES = 64L << 20;

    private final Database database;
    private final ProcessLock lock;
    private final Writer writer;
    private final Reader reader;

    private SqliteStore(Database database, ProcessLock lock, Connection connection) throws SQLException {
        this.database = database;
        this.lock = lock;
        this.writer = new Writer(database, connection);
        this.reader = new Reader(database, this::damaged);
    }

    static SqliteStore open(Path file, boolean synchronous) throws StoreException {
        Database database = new Database(file, synchronous);
        ProcessLock lock = prepare(file);
        try {
            database.identify();
            Connection connection = database.connect();
            try {
                if (!lock.wasClosedCleanly() && Files.size(file) <= MAX_CHECKED_BYTES) {
                    database.check(connection);
                }
                database.migrate(connection);
                log.info(
                        "Events are kept in {}{}",
                        file,
                        synchronous ? "" : ", NOT synchronised to the disk: a power cut loses acknowledged events");
                return new SqliteStore(database, lock, connection);
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
        return new StoreHealth("sqlite:" + database.file(), writer.lastError());
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
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
    private void damaged(String lane, long sequence, String id) {
        log.error("{}: the stored event {} is damaged (checksum), it becomes a dead letter", lane, id);
        Settlement dead =
                Settlement.dead(sequence, System.currentTimeMillis(), "The stored body is damaged (checksum)");
        settle(lane, List.of(dead), () -> {});
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
            createForOwnerOnly(ProcessLock.fileFor(file));
            ProcessLock lock = ProcessLock.take(file);
            createForOwnerOnly(file); // SQLite gives its -wal and -shm files the same permissions
            return lock;
        } catch (IOException e) {
            throw new StoreException(
                    "The folder of the store " + file + " cannot be written (" + e + "): create it for the receiver's"
                            + " user, or set WEBHOOK_STORE=sqlite:FILE to another place",
                    e);
        }
    }

    private static void createForOwnerOnly(Path file) throws IOException {
        try {
            if (posix()) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException e) {
            log.debug("{} exists: its permissions stay", file, e);
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

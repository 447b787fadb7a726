package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.function.LongSupplier;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store in one SQLite file, for one process. */
final class SqliteStore {

    private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

    /** Larger files are not checked from end to end at the start: it must not take longer than a sender's patience. */
    private static final long MAX_CHECKED_BYTES = 64L << 20;

    private SqliteStore() {}

    static EventStore open(Path file, boolean synchronous, Clock clock) throws StoreException {
        return open(file, synchronous, new Journal(journalOf(file), synchronous), clock, System::nanoTime);
    }

    /** Returns the file beside the store that new events are written to first. */
    static Path journalOf(Path store) {
        return store.resolveSibling(store.getFileName() + ".events");
    }

    static EventStore open(Path file, boolean synchronous, Journal journal, Clock clock, LongSupplier nanoTime)
            throws StoreException {
        SqliteDatabase database = new SqliteDatabase(file, synchronous);
        ProcessLock lock = prepare(file);
        try {
            database.identify();
            Connection connection = database.connect();
            try {
                if (!lock.wasClosedCleanly() && Files.size(file) <= MAX_CHECKED_BYTES) {
                    database.check(connection);
                }
                database.migrate(connection);
                ReceiptTable.forgetClaims(connection); // nobody else can be receiving
                log.info(
                        "Events are kept in {}{}",
                        file,
                        synchronous ? "" : ", NOT synchronised to the disk: a power cut loses acknowledged events");
                FreshEvents fresh = database.recover(journal, connection, nanoTime);
                return new JdbcStore(database, connection, fresh, () -> release(lock, true), clock);
            } catch (SQLException | StoreException | IOException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            release(lock, false);
            throw database.explained(e);
        } catch (StoreException e) {
            release(lock, false);
            throw e;
        } catch (IOException e) {
            release(lock, false);
            throw new StoreException("The store " + file + " cannot be used: " + e, e);
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
            createForOwnerOnly(ProcessLock.fileFor(file));
            ProcessLock lock = ProcessLock.take(file);
            createForOwnerOnly(journalOf(file));
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

    private static void release(ProcessLock lock, boolean clean) {
        try {
            if (clean) {
                lock.closeCleanly();
            } else {
                lock.close();
            }
        } catch (IOException e) {
            log.warn("The lock of the store could not be released", e);
        }
    }
}

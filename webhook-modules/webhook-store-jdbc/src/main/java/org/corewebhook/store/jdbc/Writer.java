package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: takes all work that waits into one transaction, so that many events share one
 * synchronisation of the disk. After any failure it goes on with a new connection: statements kept across an error stay
 * broken even after space is freed. Thread-safe.
 */
final class Writer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    private static final int MAX_BATCH = 1000;
    private static final long MAX_BATCH_BYTES = 8L << 20;
    private static final int MAX_WAITING = 20_000;
    private static final long NOTES_LINGER_MILLIS = 5;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 200;
    private static final long IDLE_MILLIS = 500;
    private static final int VACUUM_PAGES = 20_000;

    private final Database database;
    private final Consumer<String> whenReleased;
    private final Expiry expiry;
    private final LinkedBlockingQueue<Work> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final List<Work> again = new ArrayList<>();
    private final Thread thread;
    private @Nullable Transaction transaction;
    private volatile boolean closing;
    private volatile @Nullable String lastError;

    /** Starts the thread; {@code whenReleased} is told of lanes in which deliveries are not held back any more. */
    Writer(Database database, Connection connection, Expiry expiry, Consumer<String> whenReleased) throws SQLException {
        this.database = database;
        this.whenReleased = whenReleased;
        this.expiry = expiry;
        this.transaction = new Transaction(connection);
        this.thread = new Thread(this::run, "webhook-store");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Hands work over; waits while very much work waits. */
    void submit(Work work) throws StoreException {
        boolean queued = false;
        boolean interrupted = false;
        while (!queued) {
            if (closing) {
                throw new StoreException("The store is closed", null);
            }
            try {
                queued = waiting.offer(work, IDLE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Nullable
    String lastError() {
        return lastError;
    }

    /** Writes what waits and ends. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.warn("Interrupted while the store was closing", e);
        }
    }

    private void run() {
        while (true) {
            List<Work> batch = nextBatch();
            if (!batch.isEmpty()) {
                write(batch);
            } else if (closing) {
                break;
            } else {
                tidyUp();
            }
        }
        closeConnection();
    }

    private List<Work> nextBatch() {
        List<Work> batch = new ArrayList<>(again);
        again.clear();
        try {
            if (batch.isEmpty()) {
                long patience = Math.min(IDLE_MILLIS, expiry.millisUntilDue());
                Work first = waiting.poll(closing ? 0 : patience, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                }
            }
            if (!closing && expiry.isDue()) {
                batch.add(expiry);
            }
            if (batch.isEmpty()) {
                return batch;
            }
            long bytes = fill(batch);
            if (batch.stream().allMatch(Work.Notes.class::isInstance) && bytes < MAX_BATCH_BYTES && !closing) {
                Work more = waiting.poll(NOTES_LINGER_MILLIS, TimeUnit.MILLISECONDS);
                if (more != null) {
                    batch.add(more);
                    fill(batch);
                }
            }
        } catch (InterruptedException e) {
            log.warn("The store's thread was interrupted; it ends with close() only", e);
        }
        return batch;
    }

    private long fill(List<Work> batch) {
        long bytes = batch.stream().mapToLong(Work::bytes).sum();
        while (batch.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES) {
            Work next = waiting.poll();
            if (next == null) {
                break;
            }
            bytes += next.bytes();
            batch.add(next);
        }
        return bytes;
    }

    private void write(List<Work> batch) {
        List<String> released;
        try {
            Transaction open = open();
            for (Work work : batch) {
                work.write(open);
            }
            open.commit();
            released = open.orderingKeys().takeReleased();
        } catch (SQLException e) {
            failed(batch, database.explained(e));
            return;
        } catch (RuntimeException | Error e) {
            failed(batch, new StoreException("The store failed because of a defect: " + e, e));
            return;
        }
        if (lastError != null) {
            lastError = null;
            log.info("The store works again: {}", database.file());
        }
        batch.forEach(work -> tell(work::committed));
        released.forEach(lane -> tell(() -> whenReleased.accept(lane)));
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            log.error("Who had something stored failed to take note", e);
        }
    }

    private void failed(List<Work> batch, StoreException failure) {
        if (lastError == null) {
            log.error("{}", failure.getMessage(), failure);
        }
        lastError = failure.getMessage();
        closeConnection();
        for (Work work : batch) {
            if (work.failed(failure)) {
                again.add(work);
            }
        }
        if (closing) {
            log.warn(
                    "Closing with {} results of deliveries not written: those events are delivered again",
                    again.size());
            again.clear();
        } else if (!again.isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_AFTER_FAILURE_MILLIS));
        }
    }

    private Transaction open() throws SQLException {
        Transaction open = transaction;
        if (open == null) {
            open = new Transaction(database.connect());
            transaction = open;
        }
        return open;
    }

    /** Gives space of forgotten events back to the file system, a part at a time, while nothing else is to do. */
    private void tidyUp() {
        try {
            Transaction open = open();
            Connection connection = open.connection();
            long free = Database.number(connection, "PRAGMA freelist_count");
            connection.commit();
            if (free < 1000) {
                return;
            }
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
                statement.executeUpdate("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            log.warn("Cannot tidy the store up: {}", database.explained(e).getMessage(), e);
            closeConnection();
        }
    }

    private void closeConnection() {
        try {
            if (transaction != null) {
                transaction.close();
            }
        } catch (SQLException e) {
            log.debug("The connection did not close cleanly", e);
        }
        transaction = null;
    }
}

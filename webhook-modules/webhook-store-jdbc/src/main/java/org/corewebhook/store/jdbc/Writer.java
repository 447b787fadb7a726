package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
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

    private static final long MIN_PAUSE_MILLIS = 200;
    private static final long MAX_PAUSE_MILLIS = 2000;
    private static final long TIDY_MILLIS = 500;

    private final Database database;
    private final @Nullable FreshEvents fresh;
    private final Consumer<String> whenReleased;
    private final Expiry expiry;
    private final WaitingWork waiting = new WaitingWork();

    /** Used again and again, and large enough: what was taken must not get lost for want of memory. */
    private final List<Work> batch = WaitingWork.emptyBatch();

    private final ArrayDeque<Work> again = new ArrayDeque<>();
    private final Thread thread;
    private @Nullable Transaction transaction;
    private long againAtNanos = System.nanoTime();
    private long tidyAtNanos = System.nanoTime();
    private long pauseMillis = MIN_PAUSE_MILLIS;
    private boolean untidy;
    private volatile @Nullable String lastError;

    /** Starts the thread; {@code whenReleased} is told of lanes in which deliveries are not held back any more. */
    Writer(
            Database database,
            Connection connection,
            @Nullable FreshEvents fresh,
            Expiry expiry,
            Consumer<String> whenReleased)
            throws SQLException {
        this.database = database;
        this.fresh = fresh;
        this.whenReleased = whenReleased;
        this.expiry = expiry;
        this.transaction = new Transaction(database, connection, fresh);
        this.thread = new Thread(this::run, "webhook-store");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Hands work over that somebody waits for. */
    void submit(Work.Awaited work) throws StoreException {
        if (Thread.currentThread() == thread) {
            write(List.of(work)); // a listener asks: to wait for this thread would be for ever
        } else {
            waiting.add(work);
        }
    }

    /** Hands a new event over; who does must bound how many wait. */
    void submit(Work.Append work) throws StoreException {
        waiting.add(work);
    }

    /** Hands notes over; waits while very many wait to be written. */
    void submit(Work.Note work) throws StoreException {
        waiting.addNote(work);
    }

    @Nullable
    String lastError() {
        return lastError;
    }

    /** Writes what waits and ends. */
    @Override
    public void close() {
        waiting.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.warn("Interrupted while the store was closing", e);
        }
    }

    private void run() {
        try {
            boolean more = true;
            while (more) {
                try {
                    more = step();
                } catch (RuntimeException | Error e) { // the thread must go on, whatever it runs out of
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(MIN_PAUSE_MILLIS)); // others may give it back
                    waiting.addAwaited(batch);
                    failed(batch, defect(e));
                    batch.clear();
                }
            }
        } finally {
            closeConnection();
            waiting.end();
        }
    }

    /** Writes what waits, or tidies up; false if this was the last time. */
    private boolean step() {
        takeBatch();
        boolean idle = batch.isEmpty();
        if (!idle) {
            write(batch);
            batch.clear(); // at once: what fails after this is not theirs
        } else if (waiting.isClosing() && again.isEmpty()) {
            write(List.of(new Work.Command(Transaction::moveFresh))); // else the next start would do it
            return false;
        }
        if (!waiting.isClosing() && tidyAtNanos - System.nanoTime() <= 0) {
            boolean more = lastError == null && tidyUp(idle);
            long pause = more && waiting.nobodyWaits() ? 0 : TIDY_MILLIS;
            tidyAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
        }
        return true;
    }

    private void takeBatch() {
        long pauseNanos = againAtNanos - System.nanoTime();
        if (!again.isEmpty() && (waiting.isClosing() || pauseNanos <= 0)) {
            // by themselves: should they fail once more, nobody else's work does
            while (!again.isEmpty() && batch.size() < WaitingWork.MAX_BATCH) {
                batch.add(again.remove());
            }
            return;
        }
        long untilExpiry = TimeUnit.MILLISECONDS.toNanos(expiry.millisUntilDue());
        long idle = Math.min(untilExpiry, tidyAtNanos - System.nanoTime());
        try {
            waiting.take(batch, again.isEmpty() ? idle : Math.min(untilExpiry, pauseNanos));
        } catch (InterruptedException e) {
            log.warn("The store's thread was interrupted; it ends with close() only", e);
        }
        if (!waiting.isClosing() && expiry.isDue()) {
            batch.add(expiry);
        }
    }

    private void write(List<Work> works) {
        List<String> released;
        try {
            Transaction open = open();
            open.begin(works);
            for (Work work : works) {
                work.write(open);
            }
            open.commit();
            released = open.orderingKeys().takeReleased();
        } catch (SQLException e) {
            failed(works, database.explained(e));
            return;
        } catch (RuntimeException | Error e) {
            failed(works, defect(e));
            return;
        }
        if (lastError != null) {
            lastError = null;
            log.info("The store works again: {}", database.location());
        }
        pauseMillis = MIN_PAUSE_MILLIS;
        works.forEach(work -> tell(work::durable));
        for (Work work : works) {
            waiting.release(work);
            tell(work::committed);
        }
        released.forEach(lane -> tell(() -> whenReleased.accept(lane)));
    }

    private static StoreException defect(Throwable cause) {
        return new StoreException("The store failed because of a defect: " + cause, cause);
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error e) { // the thread must go on, whatever others run out of
            log.error("Who had something stored failed to take note", e);
        }
    }

    /** Who waits is told; notes are tried again after a pause, while others' work goes on. */
    private void failed(List<Work> works, StoreException failure) {
        if (lastError == null) {
            log.error("{}", failure.getMessage(), failure);
        }
        lastError = failure.getMessage();
        closeConnection();
        int lost = 0;
        for (Work work : works) {
            if (isForLater(work, failure)) {
                if (waiting.isClosing()) {
                    lost++;
                    waiting.release(work);
                } else {
                    again.add(work);
                }
            }
        }
        if (lost > 0) {
            log.warn("Closing with {} results of deliveries not written: those events are delivered again", lost);
        }
        if (again.size() > 0 && againAtNanos - System.nanoTime() <= 0) {
            againAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            pauseMillis = Math.min(2 * pauseMillis, MAX_PAUSE_MILLIS);
        }
    }

    private static boolean isForLater(Work work, StoreException failure) {
        try {
            return work.failed(failure);
        } catch (RuntimeException | Error e) { // the thread must go on
            log.error("Who wanted something stored failed to take note that it is not", e);
            return false;
        }
    }

    private Transaction open() throws SQLException {
        Transaction open = transaction;
        if (open == null) {
            open = new Transaction(database, database.connect(), fresh);
            transaction = open;
        }
        return open;
    }

    /** Returns whether there is more to tidy up. */
    private boolean tidyUp(boolean idle) {
        try {
            Connection connection = open().connection();
            connection.setAutoCommit(true);
            boolean more = database.tidyUp(connection, idle);
            connection.setAutoCommit(false);
            untidy = false;
            return more;
        } catch (SQLException e) {
            if (!untidy) {
                log.warn("Cannot tidy the store up: {}", database.explained(e).getMessage(), e);
            }
            untidy = true;
            closeConnection();
            return false;
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

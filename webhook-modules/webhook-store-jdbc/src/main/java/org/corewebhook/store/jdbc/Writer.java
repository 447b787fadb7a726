package org.corewebhook.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
    private static final int MAX_NOTES = 20_000;
    private static final long RESULTS_LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MIN_PAUSE_MILLIS = 200;
    private static final long MAX_PAUSE_MILLIS = 2000;
    private static final long PERMIT_MILLIS = 500;
    private static final long TIDY_MILLIS = 500;

    private static final Work WAKE = new Work.Command(open -> {});

    private final Database database;
    private final @Nullable FreshEvents fresh;
    private final Consumer<String> whenReleased;
    private final Expiry expiry;

    /** Bounded by the memory for bodies and the threads that wait for what they submit. */
    private final LinkedBlockingQueue<Work> waiting = new LinkedBlockingQueue<>();

    /** Bounded by the permits. Results are not urgent: they wake the thread only if it has nothing to do. */
    private final ConcurrentLinkedQueue<Work.Notes> results = new ConcurrentLinkedQueue<>();

    private final Semaphore notePermits = new Semaphore(MAX_NOTES);
    private final ArrayDeque<Work> again = new ArrayDeque<>();
    private final Thread thread;
    private @Nullable Transaction transaction;
    private long againAtNanos = System.nanoTime();
    private long tidyAtNanos = System.nanoTime();
    private long pauseMillis = MIN_PAUSE_MILLIS;
    private boolean untidy;
    private volatile boolean asleep;
    private volatile boolean closing;
    private volatile boolean ended;
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
            enqueue(work);
        }
    }

    /** Hands a new event over; who does must bound how many wait. */
    void submit(Work.Append work) throws StoreException {
        enqueue(work);
    }

    /** Hands notes over; waits while very many wait to be written. */
    void submit(Work.Note work) throws StoreException {
        boolean permitted = false;
        boolean interrupted = false;
        while (!permitted) {
            if (closing) {
                throw closed();
            }
            try {
                permitted = notePermits.tryAcquire(PERMIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (work instanceof Work.Notes result) {
            enqueueResult(result);
        } else {
            enqueue(work); // in the order of what it belongs to
        }
    }

    private void enqueue(Work work) throws StoreException {
        if (closing) {
            throw closed();
        }
        waiting.add(work);
        if (ended && waiting.remove(work)) {
            throw closed();
        }
    }

    private void enqueueResult(Work.Notes result) throws StoreException {
        if (closing) {
            throw closed();
        }
        results.add(result);
        if (asleep) {
            waiting.add(WAKE);
        }
        if (ended && results.remove(result)) {
            throw closed();
        }
    }

    private static StoreException closed() {
        return new StoreException("The store is closed", null);
    }

    @Nullable
    String lastError() {
        return lastError;
    }

    /** Writes what waits and ends. */
    @Override
    public void close() {
        closing = true;
        waiting.add(WAKE);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.warn("Interrupted while the store was closing", e);
        }
    }

    private void run() {
        try {
            while (true) {
                List<Work> batch = nextBatch();
                if (!batch.isEmpty()) {
                    write(batch);
                } else if (closing && again.isEmpty()) {
                    write(List.of(new Work.Command(Transaction::moveFresh))); // else the next start would do it
                    break;
                }
                if (!closing && tidyAtNanos - System.nanoTime() <= 0) {
                    boolean more = lastError == null && tidyUp(batch.isEmpty());
                    long pause = more && waiting.isEmpty() ? 0 : TIDY_MILLIS;
                    tidyAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
                }
            }
        } finally {
            closeConnection();
            ended = true;
            for (Work late = waiting.poll(); late != null; late = waiting.poll()) {
                late.failed(closed());
            }
            for (Work late = results.poll(); late != null; late = results.poll()) {
                late.failed(closed());
            }
        }
    }

    private List<Work> nextBatch() {
        List<Work> batch = new ArrayList<>();
        try {
            long pauseNanos = againAtNanos - System.nanoTime();
            if (!again.isEmpty() && (closing || pauseNanos <= 0)) {
                // by themselves: should they fail once more, nobody else's work does
                while (!again.isEmpty() && batch.size() < MAX_BATCH) {
                    batch.add(again.remove());
                }
                return batch;
            }
            long untilExpiry = TimeUnit.MILLISECONDS.toNanos(expiry.millisUntilDue());
            long idle = Math.min(untilExpiry, tidyAtNanos - System.nanoTime());
            long patience = again.isEmpty() ? idle : Math.min(untilExpiry, pauseNanos);
            List<Work> awaited = new ArrayList<>();
            Work first = first(closing ? 0 : patience);
            if (first != null) {
                awaited.add(first);
                fill(awaited, waiting);
            }
            fill(batch, results); // after the others were taken and before them: who asks has told what he knew
            batch.addAll(awaited);
            if (!closing && expiry.isDue()) {
                batch.add(expiry);
            }
        } catch (InterruptedException e) {
            log.warn("The store's thread was interrupted; it ends with close() only", e);
        }
        return batch;
    }

    /** Waits for what somebody waits for; results that come meanwhile can wait a little, too. */
    private @Nullable Work first(long patienceNanos) throws InterruptedException {
        Work first = waiting.poll(Math.min(patienceNanos, RESULTS_LINGER_NANOS), TimeUnit.NANOSECONDS);
        if (first != null || patienceNanos <= RESULTS_LINGER_NANOS) {
            return first;
        }
        asleep = true;
        try {
            return results.isEmpty() ? waiting.poll(patienceNanos - RESULTS_LINGER_NANOS, TimeUnit.NANOSECONDS) : null;
        } finally {
            asleep = false;
        }
    }

    private static void fill(List<Work> batch, Queue<? extends Work> from) {
        int room = MAX_BATCH;
        long bytes = 0;
        while (room > 0 && bytes < MAX_BATCH_BYTES) {
            Work next = from.poll();
            if (next == null) {
                break;
            }
            room--;
            bytes += next.bytes();
            batch.add(next);
        }
    }

    private void write(List<Work> batch) {
        List<String> released;
        try {
            Transaction open = open();
            open.begin(batch);
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
            log.info("The store works again: {}", database.location());
        }
        pauseMillis = MIN_PAUSE_MILLIS;
        batch.forEach(work -> tell(work::durable));
        for (Work work : batch) {
            release(work);
            tell(work::committed);
        }
        released.forEach(lane -> tell(() -> whenReleased.accept(lane)));
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error e) { // the thread must go on, whatever others run out of
            log.error("Who had something stored failed to take note", e);
        }
    }

    /** Who waits is told; notes are tried again after a pause, while others' work goes on. */
    private void failed(List<Work> batch, StoreException failure) {
        if (lastError == null) {
            log.error("{}", failure.getMessage(), failure);
        }
        lastError = failure.getMessage();
        closeConnection();
        int lost = 0;
        for (Work work : batch) {
            if (isForLater(work, failure)) {
                if (closing) {
                    lost++;
                    release(work);
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

    private void release(Work work) {
        if (work instanceof Work.Note) {
            notePermits.release();
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

package org.corewebhook.store.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/** What waits for the writer. Thread-safe: any thread hands work over, the writer's takes it. */
final class WaitingWork {

    static final int MAX_BATCH = 1000;
    private static final long MAX_BATCH_BYTES = 8L << 20;
    private static final int MAX_NOTES = 20_000;
    private static final long RESULTS_LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PERMIT_MILLIS = 500;

    private static final Work WAKE = new Work.Command(open -> {});

    /** Bounded by the memory for bodies and the threads that wait for what they submit. */
    private final LinkedBlockingQueue<Work> waiting = new LinkedBlockingQueue<>();

    /** Bounded by the permits. Results are not urgent: they wake the thread only if it has nothing to do. */
    private final ConcurrentLinkedQueue<Work.Notes> results = new ConcurrentLinkedQueue<>();

    private final Semaphore notePermits = new Semaphore(MAX_NOTES);

    /** Taken before the results are, and written after them. Does not grow: what was taken must not get lost. */
    private final List<Work> awaited = new ArrayList<>(MAX_BATCH + 1);

    private volatile boolean asleep;
    private volatile boolean closing;
    private volatile boolean ended;

    /** Returns an empty list that takes all of a batch without asking for memory. */
    static List<Work> emptyBatch() {
        return new ArrayList<>(2 * MAX_BATCH + 2);
    }

    /** Hands work over that somebody waits for. */
    void add(Work work) throws StoreException {
        refuseWhenClosing();
        waiting.add(work);
        if (ended && waiting.remove(work)) {
            throw closed();
        }
    }

    /** Hands notes over; waits while very many wait to be written. */
    void addNote(Work.Note work) throws StoreException {
        awaitPermit();
        if (work instanceof Work.Notes result) {
            addResult(result);
        } else {
            add(work); // in the order of what it belongs to
        }
    }

    private void awaitPermit() throws StoreException {
        boolean permitted = false;
        boolean interrupted = false;
        while (!permitted) {
            refuseWhenClosing();
            try {
                permitted = notePermits.tryAcquire(PERMIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void addResult(Work.Notes result) throws StoreException {
        refuseWhenClosing();
        results.add(result);
        if (asleep) {
            waiting.add(WAKE);
        }
        if (ended && results.remove(result)) {
            throw closed();
        }
    }

    private void refuseWhenClosing() throws StoreException {
        if (closing) {
            throw closed();
        }
    }

    private static StoreException closed() {
        return new StoreException("The store is closed", null);
    }

    /** Tells whether nobody waits for the writer; results may be there. */
    boolean nobodyWaits() {
        return waiting.isEmpty();
    }

    /**
     * Waits so long for what somebody waits for, and adds all that is there, up to a batch, in the order to write it.
     */
    void take(List<Work> batch, long patienceNanos) throws InterruptedException {
        Work first = first(closing ? 0 : patienceNanos);
        if (first != null) {
            awaited.add(first);
            fill(awaited, waiting);
        }
        fill(batch, results); // after the others were taken and before them: who asks has told what he knew
        addAwaited(batch);
    }

    /** Adds what was taken when {@link #take} failed. */
    void addAwaited(List<Work> batch) {
        for (int i = 0; i < awaited.size(); i++) {
            batch.add(awaited.get(i));
        }
        awaited.clear();
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
            batch.add(next);
            room--;
            bytes += next.bytes();
        }
    }

    /** Lets others hand over as much as this work was. */
    void release(Work work) {
        if (work instanceof Work.Note) {
            notePermits.release();
        }
    }

    boolean isClosing() {
        return closing;
    }

    /** Refuses further work, and wakes the writer. */
    void close() {
        closing = true;
        waiting.add(WAKE);
    }

    /** The writer has ended: what is left, or comes in this moment, is refused. */
    void end() {
        ended = true;
        for (Work late = waiting.poll(); late != null; late = waiting.poll()) {
            late.failed(closed());
        }
        for (Work late = results.poll(); late != null; late = results.poll()) {
            late.failed(closed());
        }
    }
}

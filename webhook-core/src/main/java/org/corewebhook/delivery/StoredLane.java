package org.corewebhook.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.delivery.LaneState.Step;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of stored events to one destination of one endpoint. The store holds the backlog, the lane the next few
 * events, so that its memory does not grow with what waits.
 *
 * <p>Workers do one step after the other: deliver what is in memory, or read what is next. Whoever changes what the
 * next step is starts a worker. Without a module the lane is parked: events stay in the store until the configuration
 * is repaired. Thread-safe; nothing here blocks on the store but the lane's own workers.
 */
final class StoredLane {

    private static final Logger log = LoggerFactory.getLogger(StoredLane.class);

    private static final int MAX_UNSETTLED = 100;
    private static final long MAX_UNSETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration WHEN_THE_STORE_FAILS = Duration.ofSeconds(1);
    private static final Duration WITHOUT_A_THREAD = Duration.ofSeconds(1);

    private final String name;
    private final @Nullable OutputModule module;
    private final DeliveryTerms terms;
    private final Lane.Surroundings surroundings;
    private final EventStore store;
    private final StoredCall call;
    private final boolean othersAppend;
    private final LaneState state;

    StoredLane(
            String name,
            @Nullable OutputModule module,
            DeliveryTerms terms,
            Lane.Surroundings surroundings,
            EventStore store,
            Shared shared) {
        this.name = name;
        this.module = module;
        this.terms = terms;
        this.surroundings = surroundings;
        this.store = store;
        this.call = new StoredCall(name, terms, surroundings.clock());
        this.othersAppend = module != null && store.register(name, terms.keepsOrder());
        this.state = new LaneState(
                manner(module, terms, othersAppend), shared, () -> store.mayDeliver(name), surroundings.clock());
    }

    /** What all stored lanes share. */
    record Shared(LaneWindow.Memory memory, PendingLimit limit) {}

    private static LaneState.Manner manner(@Nullable OutputModule module, DeliveryTerms terms, boolean othersAppend) {
        if (module == null) {
            return new LaneState.Manner(terms, true, othersAppend, 1, 1);
        }
        if (terms.strictOrder()) {
            return new LaneState.Manner(terms, false, othersAppend, 1, 1);
        }
        int inFlight = terms.maxInFlight() > 0 ? terms.maxInFlight() : module.concurrency();
        return new LaneState.Manner(terms, false, othersAppend, Math.max(1, inFlight), Math.max(1, module.maxBatch()));
    }

    /** Makes room for one event that is about to be stored; returns null, or when to try again if there is no room. */
    @Nullable
    Duration reserve(long size) {
        return state.reserve(size);
    }

    /** Takes back a reservation of an event that was not stored. */
    void release(long size) {
        state.release(size);
    }

    /**
     * Takes note of an event that is durable; called in order of sequences, on the store's thread. {@link #wake}
     * follows when many may have come. Returns false if another lane of this name has taken this one's place.
     */
    boolean appended(long sequence, WebhookEvent event, boolean heldBack) {
        return state.appended(sequence, event, heldBack);
    }

    /** Takes over what an earlier run, or a replay, has left in the store. */
    void found(EventStore.Backlog backlog) {
        state.found(backlog);
        wakeForRetries();
        startWorker();
    }

    /** Takes note that deliveries which were held back are due. */
    void released() {
        state.released();
        startWorker();
    }

    /** Takes note that the store has made dead letters of deliveries that it cannot read any more. */
    void lost(long deliveries, long bytes) {
        state.lost(deliveries, bytes);
    }

    void pause(boolean on) {
        state.pause(on);
        startWorker();
    }

    /** Begins no more calls; those that run go on. */
    void stop() {
        state.stop();
    }

    /** Stops for good and forgets what it knows, because another instance may have it by now. */
    void retire() {
        state.retire();
    }

    /** Takes note of how the lane stands in the store, where other instances deliver or append, too. */
    void news(EventStore.Backlog backlog) {
        state.recount(backlog);
        wakeForRetries();
        startWorker();
    }

    /** Goes on if there is something to do. */
    void wake() {
        startWorker();
    }

    String name() {
        return name;
    }

    /** Tells whether other instances append to what this one delivers. */
    boolean othersAppend() {
        return othersAppend;
    }

    boolean isCalling() {
        return state.isCalling();
    }

    long pending() {
        return state.pending();
    }

    ReceiverHealth.LaneHealth health() {
        return state.health(name);
    }

    private void startWorker() {
        if (!state.needsWorker()) {
            return;
        }
        try {
            surroundings.threads().execute(this::work);
        } catch (RejectedExecutionException e) {
            state.workerStarted();
            log.debug("{}: no more work after the end, the events stay in the store", name, e);
        } catch (OutOfMemoryError e) { // also thrown when the system has no thread to give
            state.workerStarted();
            log.error("{}: no thread to deliver with, trying again: {}", name, e.getMessage(), e);
            surroundings.timer().after(WITHOUT_A_THREAD, this::wake);
        }
    }

    private void work() {
        state.workerStarted();
        OutputModule destination = module;
        boolean more = true;
        while (more && destination != null) {
            more = step(destination);
        }
    }

    /** Does the next step; returns false if there is none now. */
    private boolean step(OutputModule destination) {
        LaneState.Turn turn = state.begin();
        if (turn.step() == Step.NONE) {
            return false;
        }
        startWorker(); // there may be a step for another one too
        if (turn.batch().isEmpty()) {
            return read(turn.step());
        }
        deliver(destination, turn.batch(), turn.step() == Step.DELIVER_DUE);
        return true;
    }

    /** Reads from the store, one worker at a time; returns false if the store failed. */
    private boolean read(Step step) {
        try {
            if (step == Step.READ_DUE) {
                state.readDue(store.due(state.dueQuery(name)));
                wakeForRetries();
            } else {
                LaneState.FreshQuery query = state.freshQuery();
                state.readFresh(store.read(name, query.after(), query.max(), query.maxBytes()), query.newest());
            }
        } catch (StoreException | RuntimeException e) {
            log.error("{}: cannot read from the store, trying again: {}", name, e.getMessage(), e);
            state.readFailed(step, e.getMessage());
            surroundings.timer().after(WHEN_THE_STORE_FAILS, this::readAgain);
            return false;
        }
        startWorker();
        return true;
    }

    /** Until then nobody reads: a store that has just failed is left alone for a moment. */
    private void readAgain() {
        state.mayReadAgain();
        startWorker();
    }

    /**
     * Calls the destination, again and again if it is quick, and tells the store of a few calls at once: that costs the
     * store's thread less.
     */
    private void deliver(OutputModule destination, List<StoredDelivery> first, boolean wereDue) {
        List<Settlement> settlements = new ArrayList<>(first.size());
        boolean goesOn = !wereDue && !terms.keepsOrder();
        long begin = System.nanoTime();
        try {
            List<StoredDelivery> batch = first;
            do {
                StoredCall.Result result = call(destination, batch);
                settlements.addAll(result.settlements());
                goesOn &= result.failure() == null;
                batch = goesOn && mayWait(settlements.size(), System.nanoTime() - begin)
                        ? state.moreFresh()
                        : List.of();
            } while (!batch.isEmpty());
        } finally {
            settle(settlements, wereDue);
        }
    }

    private static boolean mayWait(int unsettled, long nanos) {
        return unsettled < MAX_UNSETTLED && nanos <= MAX_UNSETTLED_NANOS;
    }

    private StoredCall.Result call(OutputModule destination, List<StoredDelivery> batch) {
        int round = state.round();
        StoredCall.Result result = call.run(destination, batch);
        LaneState.News news = state.called(batch, result, round);
        DeliveryException failure = result.failure();
        if (news.deliversAgain()) {
            log.info("{}: delivers again", name);
        }
        if (news.beginsToFail() && failure != null) {
            log.warn("{}: the destination fails, backing off: {}", name, failure.getMessage());
        }
        if (news.resumeAfter() != null) {
            surroundings.timer().after(news.resumeAfter(), this::resume);
        }
        return result;
    }

    private void settle(List<Settlement> settlements, boolean wereDue) {
        try {
            store.settle(name, settlements, () -> written(settlements, wereDue));
        } finally {
            state.callEnded(); // not before the store has the results: after the last call it may be closed
        }
    }

    private void written(List<Settlement> settlements, boolean wereDue) {
        if (state.written(settlements, wereDue)) {
            wakeForRetries();
            startWorker();
        }
    }

    /** Plans to wake the lane when the first retry is due, if it is not. */
    private void wakeForRetries() {
        long now = surroundings.clock().millis();
        long at = state.planRetry(now);
        if (at != Long.MAX_VALUE) {
            surroundings.timer().after(Duration.ofMillis(at - now), () -> retriesDue(at));
        }
    }

    private void retriesDue(long at) {
        state.retryPlanned(at);
        wakeForRetries();
        startWorker();
    }

    private void resume() {
        Duration wait = state.resume();
        if (wait.isZero()) {
            startWorker();
        } else {
            surroundings.timer().after(wait, this::resume);
        }
    }
}

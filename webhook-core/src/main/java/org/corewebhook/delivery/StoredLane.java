package org.corewebhook.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
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

    private static final int MAX_DUE = 1000;
    private static final int MAX_UNSETTLED = 100;
    private static final long MAX_UNSETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration WHEN_THE_STORE_FAILS = Duration.ofSeconds(1);

    private final String name;
    private final @Nullable OutputModule module;
    private final DeliveryTerms terms;
    private final Lane.Surroundings surroundings;
    private final EventStore store;
    private final StoredCall call;
    private final int maxCalls;
    private final int maxBatch;
    private final boolean othersAppend;

    private final Object lock = new Object();
    private final LaneWindow window;
    private final LaneLedger ledger;
    private final RetryTimes retryTimes = new RetryTimes();
    private final BackOff backOff;
    private boolean reading;
    private boolean paused;
    private boolean stopped;
    private boolean retired;
    private boolean freshTurn;
    private int calls;
    private int workersStarting;
    private int retriesUnwritten;
    private @Nullable String lastError;

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
        this.window = new LaneWindow(shared.memory());
        this.ledger = new LaneLedger(terms, shared.limit(), surroundings.clock());
        this.backOff = new BackOff(terms.retry(), surroundings.clock());
        this.othersAppend = module != null && store.register(name, terms.keepsOrder());
        int inFlight = terms.maxInFlight() > 0 || module == null ? terms.maxInFlight() : module.concurrency();
        this.maxCalls = terms.strictOrder() ? 1 : Math.max(1, inFlight);
        this.maxBatch = terms.strictOrder() || module == null ? 1 : Math.max(1, module.maxBatch());
    }

    /** What all stored lanes share. */
    record Shared(LaneWindow.Memory memory, PendingLimit limit) {}

    private enum Step {
        NONE,
        DELIVER_FRESH,
        DELIVER_DUE,
        READ_FRESH,
        READ_DUE
    }

    /** Makes room for one event that is about to be stored; returns null, or when to try again if there is no room. */
    @Nullable
    Duration reserve(long size) {
        synchronized (lock) {
            Duration wait = ledger.reserve(size);
            return wait != null && backOff.isOn() ? backOff.left() : wait;
        }
    }

    /** Takes back a reservation of an event that was not stored. */
    void release(long size) {
        synchronized (lock) {
            ledger.release(size);
        }
    }

    /**
     * Takes note of an event that is durable; called in order of sequences, on the store's thread. Returns false if
     * another lane of this name has taken this one's place.
     */
    boolean appended(long sequence, WebhookEvent event, boolean heldBack) {
        synchronized (lock) {
            if (retired) {
                return false;
            }
            window.appended(sequence, event, heldBack, module != null && !othersAppend);
        }
        startWorker();
        return true;
    }

    /** Takes over what an earlier run, or a replay, has left in the store. */
    void found(EventStore.Backlog backlog) {
        synchronized (lock) {
            ledger.found(backlog.deliveries(), backlog.bytes());
            window.stored(backlog.lastSequence());
            retryTimes.add(backlog.nextAttemptMillis());
        }
        wakeForRetries();
        startWorker();
    }

    /** Takes note that deliveries which were held back are due. */
    void released() {
        synchronized (lock) {
            retryTimes.add(surroundings.clock().millis());
        }
        startWorker();
    }

    /** Takes note that the store has made dead letters of deliveries that it cannot read any more. */
    void lost(long deliveries, long bytes) {
        synchronized (lock) {
            ledger.lost(deliveries, bytes);
        }
    }

    void pause(boolean on) {
        synchronized (lock) {
            paused = on;
        }
        startWorker();
    }

    /** Begins no more calls; those that run go on. */
    void stop() {
        synchronized (lock) {
            stopped = true;
        }
    }

    /** Stops for good and forgets what it knows, because another instance may have it by now. */
    void retire() {
        synchronized (lock) {
            stopped = true;
            retired = true;
            window.retire();
            ledger.retire();
        }
    }

    /** Takes note of how the lane stands in the store, where other instances deliver or append, too. */
    void news(EventStore.Backlog backlog) {
        synchronized (lock) {
            ledger.recount(backlog.deliveries(), backlog.bytes());
        }
        found(new EventStore.Backlog(name, 0, 0, backlog.lastSequence(), backlog.nextAttemptMillis()));
    }

    /** Goes on if there is something to do: the store may let this instance deliver again. */
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
        synchronized (lock) {
            return calls > 0;
        }
    }

    long pending() {
        synchronized (lock) {
            return ledger.pending();
        }
    }

    ReceiverHealth.LaneHealth health() {
        synchronized (lock) {
            boolean backingOff = backOff.isOn();
            String state = module == null
                    ? "parked"
                    : paused ? "paused" : backingOff ? "backing_off" : lastError == null ? "ok" : "retrying";
            Instant next = backingOff ? backOff.until() : null;
            return new ReceiverHealth.LaneHealth(
                    name,
                    state,
                    ledger.pending(),
                    ledger.pendingBytes(),
                    ledger.delivered(),
                    ledger.dead(),
                    lastError,
                    next);
        }
    }

    private void startWorker() {
        synchronized (lock) {
            if (calls + workersStarting >= maxCalls || nextStep() == Step.NONE) {
                return;
            }
            workersStarting++;
        }
        try {
            surroundings.threads().execute(this::work);
        } catch (RejectedExecutionException e) {
            log.debug("{}: no more work after the end, the events stay in the store", name, e);
        }
    }

    private void work() {
        synchronized (lock) {
            workersStarting--;
        }
        OutputModule destination = module;
        boolean more = destination != null;
        while (more) {
            more = step(destination);
        }
    }

    /** Does the next step; returns false if there is none now. */
    private boolean step(@Nullable OutputModule destination) {
        Step step;
        List<StoredDelivery> batch = List.of();
        synchronized (lock) {
            step = destination == null ? Step.NONE : nextStep();
            if (step == Step.DELIVER_FRESH || step == Step.DELIVER_DUE) {
                calls++;
                freshTurn = step == Step.DELIVER_DUE;
                batch = freshTurn ? window.takeDue(maxBatch) : window.takeFresh(maxBatch);
            }
            reading |= step == Step.READ_FRESH || step == Step.READ_DUE;
        }
        if (step == Step.NONE || destination == null) {
            return false;
        }
        startWorker(); // there may be a step for another one too
        if (batch.isEmpty()) {
            return read(step);
        }
        deliver(destination, batch, step == Step.DELIVER_DUE);
        return true;
    }

    private Step nextStep() {
        boolean free = module != null && !paused && !stopped && calls < maxCalls && !backOff.isOn();
        if (!free || !store.mayDeliver(name)) {
            return Step.NONE;
        }
        boolean due = retryTimes.isDue(surroundings.clock().millis());
        return terms.strictOrder() ? nextInOrder(due) : nextOfBoth(due);
    }

    /** A failed event is the next one, and nothing else is to do before its time. */
    private Step nextInOrder(boolean due) {
        if (retriesUnwritten > 0 || reading) {
            return Step.NONE;
        }
        if (window.hasDue()) {
            return Step.DELIVER_DUE;
        }
        if (!retryTimes.isEmpty()) {
            return due ? Step.READ_DUE : Step.NONE;
        }
        return nextFresh();
    }

    /**
     * Fresh and due deliveries take turns, so that failing events do not hold up the others; if the destination may be
     * down, a fresh one goes first, because only that tells.
     */
    private Step nextOfBoth(boolean due) {
        Step fresh = nextFresh();
        Step again = window.hasDue() ? Step.DELIVER_DUE : due && !reading ? Step.READ_DUE : Step.NONE;
        boolean freshFirst = freshTurn || backOff.isSuspicious();
        return again == Step.NONE || (freshFirst && fresh != Step.NONE) ? fresh : again;
    }

    private Step nextFresh() {
        if (window.hasFresh()) {
            return Step.DELIVER_FRESH;
        }
        return window.hasUnread() && !reading ? Step.READ_FRESH : Step.NONE;
    }

    /** Reads from the store, one worker at a time; returns false if the store failed. */
    private boolean read(Step step) {
        try {
            if (step == Step.READ_DUE) {
                readDue();
            } else {
                readFresh();
            }
        } catch (StoreException | RuntimeException e) {
            log.error("{}: cannot read from the store, trying again: {}", name, e.getMessage(), e);
            synchronized (lock) {
                lastError = e.getMessage();
                if (step == Step.READ_DUE) {
                    retryTimes.add(surroundings.clock().millis());
                }
            }
            surroundings.timer().after(WHEN_THE_STORE_FAILS, this::readAgain);
            return false;
        }
        startWorker();
        return true;
    }

    /** Until then nobody reads: a store that has just failed is left alone for a moment. */
    private void readAgain() {
        synchronized (lock) {
            reading = false;
        }
        startWorker();
    }

    private void readFresh() throws StoreException {
        long after;
        long newest;
        long bytes;
        synchronized (lock) {
            after = window.readUpTo();
            newest = window.newest();
            bytes = window.maxReadBytes();
        }
        EventStore.Page page = store.read(name, after, window.maxRead(), bytes);
        synchronized (lock) {
            reading = false;
            window.read(page, newest);
        }
    }

    private void readDue() throws StoreException {
        long now = surroundings.clock().millis();
        Set<Long> taken;
        long bytes;
        synchronized (lock) {
            retryTimes.lookBegins();
            taken = window.dueTaken();
            bytes = window.maxReadBytes();
        }
        int max = terms.strictOrder() ? 1 : Math.min(MAX_DUE, Math.max(16, 4 * maxCalls * maxBatch));
        EventStore.DuePage page = store.due(new EventStore.DueQuery(name, now, terms.strictOrder(), taken, max, bytes));
        synchronized (lock) {
            reading = false;
            window.readDue(page.deliveries());
            retryTimes.add(page.nextAttemptMillis());
        }
        wakeForRetries();
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
                batch = goesOn ? moreFresh(settlements.size(), System.nanoTime() - begin) : List.of();
            } while (!batch.isEmpty());
        } finally {
            settle(settlements, wereDue);
        }
    }

    private StoredCall.Result call(OutputModule destination, List<StoredDelivery> batch) {
        int round;
        synchronized (lock) {
            round = backOff.round();
        }
        StoredCall.Result result = call.run(destination, batch);
        note(batch, result, round);
        return result;
    }

    /** Returns what the call that has just ended may go on with before the store is told. */
    private List<StoredDelivery> moreFresh(int unsettled, long nanos) {
        if (unsettled >= MAX_UNSETTLED || nanos > MAX_UNSETTLED_NANOS) {
            return List.of();
        }
        List<StoredDelivery> batch = List.of();
        synchronized (lock) {
            calls--;
            if (nextStep() == Step.DELIVER_FRESH) {
                batch = window.takeFresh(maxBatch);
            }
            calls++;
        }
        return batch;
    }

    private void settle(List<Settlement> settlements, boolean wereDue) {
        try {
            store.settle(name, settlements, () -> written(settlements, wereDue));
        } finally {
            synchronized (lock) {
                calls--; // not before the store has the results: after the last call it may be closed
            }
        }
    }

    private void note(List<StoredDelivery> batch, StoredCall.Result result, int round) {
        DeliveryException failure = result.failure();
        boolean firstAttempt = batch.stream().anyMatch(delivery -> delivery.attempts() == 0);
        Duration resumeAfter = null;
        boolean begins = false;
        synchronized (lock) {
            window.release(batch);
            ledger.settled(batch, result.settlements());
            retriesUnwritten += retries(result.settlements());
            lastError = failure == null ? null : String.valueOf(failure.getMessage());
            if (result.anyDelivered() && backOff.end()) {
                log.info("{}: delivers again", name);
            } else if (result.isOutage() && failure != null) {
                boolean suspiciousBefore = backOff.isSuspicious();
                resumeAfter = backOff.failed(failure, firstAttempt, round);
                begins = backOff.isSuspicious() && !suspiciousBefore;
            }
        }
        if (begins && failure != null) {
            log.warn("{}: the destination fails, backing off: {}", name, failure.getMessage());
        }
        if (resumeAfter != null) {
            surroundings.timer().after(resumeAfter, this::resume);
        }
    }

    /** Only now may a retry be looked for in the store, and its sequence be read again. */
    private void written(List<Settlement> settlements, boolean wereDue) {
        int retries = retries(settlements);
        if (retries == 0 && !wereDue) {
            return; // nothing has waited for this
        }
        synchronized (lock) {
            retriesUnwritten -= retries;
            for (Settlement settlement : settlements) {
                if (wereDue) {
                    window.dueWritten(settlement.sequence());
                }
                if (settlement.outcome() == Settlement.Outcome.RETRY) {
                    retryTimes.add(settlement.nextAttemptMillis());
                }
            }
        }
        wakeForRetries();
        startWorker();
    }

    private static int retries(List<Settlement> settlements) {
        int retries = 0;
        for (Settlement settlement : settlements) {
            retries += settlement.outcome() == Settlement.Outcome.RETRY ? 1 : 0;
        }
        return retries;
    }

    /** Plans to wake the lane when the first retry is due, if it is not. */
    private void wakeForRetries() {
        long now = surroundings.clock().millis();
        long at;
        synchronized (lock) {
            at = retryTimes.plan(now);
        }
        if (at != Long.MAX_VALUE) {
            surroundings.timer().after(Duration.ofMillis(at - now), () -> retriesDue(at));
        }
    }

    private void retriesDue(long at) {
        synchronized (lock) {
            retryTimes.planned(at);
        }
        wakeForRetries();
        startWorker();
    }

    private void resume() {
        Duration wait;
        synchronized (lock) {
            wait = backOff.resume();
        }
        if (wait.isZero()) {
            startWorker();
        } else {
            surroundings.timer().after(wait, this::resume);
        }
    }
}

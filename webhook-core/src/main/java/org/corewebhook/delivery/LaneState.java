package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * What a stored lane knows of its backlog, its calls and its destination, and the next step that follows from it.
 * Thread-safe; nothing here blocks.
 */
final class LaneState {

    private final Manner manner;
    private final BooleanSupplier mayDeliver;
    private final Clock clock;
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
    private boolean workerStarting;
    private int retriesUnwritten;
    private @Nullable String lastError;

    /** {@code mayDeliver} tells whether the store lets this instance deliver; it is asked with the lock held. */
    LaneState(Manner manner, StoredLane.Shared shared, BooleanSupplier mayDeliver, Clock clock) {
        this.manner = manner;
        this.mayDeliver = mayDeliver;
        this.clock = clock;
        this.window = new LaneWindow(shared.memory());
        this.ledger = new LaneLedger(manner.terms(), shared.limit(), clock);
        this.backOff = new BackOff(manner.terms().retry(), clock);
    }

    /**
     * How a lane works.
     *
     * @param parked there is no module to deliver with
     * @param othersAppend other instances append to what this one delivers
     * @param maxCalls how many calls of the module may run at once
     * @param maxBatch how many deliveries a call may have
     */
    record Manner(DeliveryTerms terms, boolean parked, boolean othersAppend, int maxCalls, int maxBatch) {}

    /** What a worker may do next. */
    enum Step {
        NONE,
        DELIVER_FRESH,
        DELIVER_DUE,
        READ_FRESH,
        READ_DUE
    }

    /**
     * A step that has begun.
     *
     * @param batch what to deliver; empty if there is something to read instead
     */
    record Turn(Step step, List<StoredDelivery> batch) {}

    /** What to read of the fresh deliveries; {@code newest} is the last one that is known to be stored. */
    record FreshQuery(long after, long newest, int max, long maxBytes) {}

    /**
     * What a call has changed.
     *
     * @param deliversAgain the destination has taken an event for the first time after it failed
     * @param beginsToFail it was the failure from which on the destination is left alone for a while
     * @param resumeAfter when to look whether that is over, or null if that is planned or not needed
     */
    record News(
            boolean deliversAgain,
            boolean beginsToFail,
            @Nullable Duration resumeAfter) {

        private static final News NONE = new News(false, false, null);
    }

    /** Makes room for one event that is about to be stored; returns null, or when to try again if there is no room. */
    synchronized @Nullable Duration reserve(long size) {
        Duration wait = ledger.reserve(size);
        return wait != null && backOff.isOn() ? backOff.left() : wait;
    }

    /** Takes back a reservation of an event that was not stored. */
    synchronized void release(long size) {
        ledger.release(size);
    }

    /** Takes note of an event that is durable; returns false if another lane has taken this one's place. */
    synchronized boolean appended(long sequence, WebhookEvent event, boolean heldBack) {
        if (!retired) {
            window.appended(sequence, event, heldBack, !manner.parked() && !manner.othersAppend());
        }
        return !retired;
    }

    /** Takes over what is in the store. */
    synchronized void found(EventStore.Backlog backlog) {
        ledger.found(backlog.deliveries(), backlog.bytes());
        window.stored(backlog.lastSequence());
        retryTimes.add(backlog.nextAttemptMillis());
    }

    /** Takes note of how the lane stands in the store, where other instances deliver or append, too. */
    synchronized void recount(EventStore.Backlog backlog) {
        ledger.recount(backlog.deliveries(), backlog.bytes());
        window.stored(backlog.lastSequence());
        retryTimes.add(backlog.nextAttemptMillis());
    }

    /** Takes note that the store has made dead letters of deliveries that it cannot read any more. */
    synchronized void lost(long deliveries, long bytes) {
        ledger.lost(deliveries, bytes);
    }

    synchronized void pause(boolean on) {
        paused = on;
    }

    /** Allows no further step; those that have begun go on. */
    synchronized void stop() {
        stopped = true;
    }

    /** Stops for good and forgets all. */
    synchronized void retire() {
        stopped = true;
        retired = true;
        window.retire();
        ledger.retire();
    }

    synchronized boolean isCalling() {
        return calls > 0;
    }

    synchronized long pending() {
        return ledger.pending();
    }

    synchronized ReceiverHealth.LaneHealth health(String lane) {
        boolean backingOff = backOff.isOn();
        String state = manner.parked()
                ? "parked"
                : paused ? "paused" : backingOff ? "backing_off" : lastError == null ? "ok" : "retrying";
        Instant next = backingOff ? backOff.until() : null;
        return new ReceiverHealth.LaneHealth(
                lane,
                state,
                ledger.pending(),
                ledger.pendingBytes(),
                ledger.delivered(),
                ledger.dead(),
                lastError,
                next);
    }

    /**
     * Tells whether one more worker has something to do; who asks starts it then. One starts at a time, and looks for
     * the next when it has begun: threads that find nothing to do any more cost more than that takes.
     */
    synchronized boolean needsWorker() {
        boolean needed = !workerStarting && nextStep() != Step.NONE;
        workerStarting |= needed;
        return needed;
    }

    /** Takes note that a worker has started, or could not. */
    synchronized void workerStarted() {
        workerStarting = false;
    }

    /** Begins the next step. */
    synchronized Turn begin() {
        Step step = nextStep();
        return switch (step) {
            case NONE -> new Turn(step, List.of());
            case DELIVER_FRESH, DELIVER_DUE -> {
                calls++;
                freshTurn = step == Step.DELIVER_DUE;
                yield new Turn(
                        step, freshTurn ? window.takeDue(manner.maxBatch()) : window.takeFresh(manner.maxBatch()));
            }
            case READ_FRESH, READ_DUE -> {
                reading = true;
                yield new Turn(step, List.of());
            }
        };
    }

    private Step nextStep() {
        boolean free = !manner.parked() && !paused && !stopped && calls < manner.maxCalls() && !backOff.isOn();
        if (!free || !mayDeliver.getAsBoolean()) {
            return Step.NONE;
        }
        boolean due = retryTimes.isDue(clock.millis());
        return manner.terms().strictOrder() ? nextInOrder(due) : nextOfBoth(due);
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

    synchronized FreshQuery freshQuery() {
        return new FreshQuery(window.readUpTo(), window.newest(), window.maxRead(), window.maxReadBytes());
    }

    synchronized void readFresh(EventStore.Page page, long newestBefore) {
        reading = false;
        window.read(page, newestBefore);
    }

    /** Begins a look for due deliveries; {@link #readDue} ends it. */
    synchronized EventStore.DueQuery dueQuery(String lane) {
        retryTimes.lookBegins();
        Set<Long> taken = window.dueTaken();
        int max = manner.terms().strictOrder() ? 1 : window.maxDue(manner.maxCalls() * manner.maxBatch());
        return new EventStore.DueQuery(
                lane, clock.millis(), manner.terms().strictOrder(), taken, max, window.maxReadBytes());
    }

    synchronized void readDue(EventStore.DuePage page) {
        reading = false;
        window.readDue(page.deliveries());
        retryTimes.add(page.nextAttemptMillis());
    }

    /** Takes note that reading has failed; until {@link #mayReadAgain} nobody reads. */
    synchronized void readFailed(Step step, @Nullable String error) {
        lastError = error;
        if (step == Step.READ_DUE) {
            retryTimes.add(clock.millis());
        }
    }

    synchronized void mayReadAgain() {
        reading = false;
    }

    /** Returns what {@link #called} wants to know of when the call began. */
    synchronized int round() {
        return backOff.round();
    }

    /** Takes note of what a call has brought. */
    synchronized News called(List<StoredDelivery> batch, StoredCall.Result result, int round) {
        window.release(batch);
        ledger.settled(batch, result.settlements());
        retriesUnwritten += retries(result.settlements());
        DeliveryException failure = result.failure();
        lastError = failure == null ? null : String.valueOf(failure.getMessage());
        if (result.anyDelivered() && backOff.end()) {
            return new News(true, false, null);
        }
        if (failure == null || !result.isOutage()) {
            return News.NONE;
        }
        boolean suspiciousBefore = backOff.isSuspicious();
        boolean firstAttempt = batch.stream().anyMatch(delivery -> delivery.attempts() == 0);
        Duration resumeAfter = backOff.failed(failure, firstAttempt, round);
        return new News(false, backOff.isSuspicious() && !suspiciousBefore, resumeAfter);
    }

    /** Returns what a call that has just ended may go on with before the store is told. */
    synchronized List<StoredDelivery> moreFresh() {
        calls--;
        List<StoredDelivery> batch = nextStep() == Step.DELIVER_FRESH ? window.takeFresh(manner.maxBatch()) : List.of();
        calls++;
        return batch;
    }

    /** Takes note that a call is over and the store has its results. */
    synchronized void callEnded() {
        calls--;
    }

    /**
     * Takes note that the results are in the store: only now may a retry be looked for there, and its sequence be read
     * again. Returns false if nothing has waited for that.
     */
    boolean written(List<Settlement> settlements, boolean wereDue) {
        int retries = retries(settlements);
        if (retries == 0 && !wereDue) {
            return false;
        }
        synchronized (this) {
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
        return true;
    }

    private static int retries(List<Settlement> settlements) {
        int retries = 0;
        for (Settlement settlement : settlements) {
            retries += settlement.outcome() == Settlement.Outcome.RETRY ? 1 : 0;
        }
        return retries;
    }

    /** Takes note that deliveries which were held back are due. */
    synchronized void released() {
        retryTimes.add(clock.millis());
    }

    /** Returns when to wake the lane for the first retry, or {@link Long#MAX_VALUE} if that is planned, or too late. */
    synchronized long planRetry(long nowMillis) {
        return retryTimes.plan(nowMillis);
    }

    /** Takes note that a planned moment has come. */
    synchronized void retryPlanned(long atMillis) {
        retryTimes.planned(atMillis);
    }

    /** Returns how much longer to leave the destination alone, zero if that is over. */
    synchronized Duration resume() {
        return backOff.resume();
    }
}

package org.corewebhook.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of stored events to one destination of one endpoint. The store holds the backlog; the lane holds the next few
 * events and where it has read up to, so that its memory does not grow with what waits.
 *
 * <p>What was just appended need not be read again while the lane keeps up. Without a module the lane is parked: events
 * stay in the store until the configuration is repaired. Thread-safe; nothing here blocks on the store but the lane's
 * own workers.
 */
final class StoredLane {

    private static final Logger log = LoggerFactory.getLogger(StoredLane.class);

    private static final int MAX_READY = 1000;
    private static final long MAX_BATCH_BYTES = 1L << 20;
    private static final Duration WHEN_THE_STORE_FAILS = Duration.ofSeconds(1);

    private final String name;
    private final @Nullable OutputModule module;
    private final DeliveryTerms terms;
    private final Lane.Surroundings surroundings;
    private final EventStore store;
    private final AtomicLong bytesInMemory;
    private final long maxBytesInMemory;
    private final int maxCalls;
    private final boolean othersAppend;

    private final Object lock = new Object();
    private final ArrayDeque<StoredDelivery> ready = new ArrayDeque<>();
    private final Set<Long> triedAgain = new HashSet<>();
    private final RetryTimes retryTimes = new RetryTimes();
    private final DrainRate drainRate;
    private final BackOff backOff;
    private long readUpTo;
    private long newest;
    private boolean reading;
    private boolean paused;
    private boolean stopped;
    private boolean retired;
    private int calls;
    private int workersStarting;
    private int retriesUnwritten;
    private long pending;
    private long delivered;
    private long dead;
    private @Nullable String lastError;

    StoredLane(
            String name,
            @Nullable OutputModule module,
            DeliveryTerms terms,
            Lane.Surroundings surroundings,
            EventStore store,
            Memory memory) {
        this.name = name;
        this.module = module;
        this.terms = terms;
        this.surroundings = surroundings;
        this.store = store;
        this.bytesInMemory = memory.used();
        this.maxBytesInMemory = memory.max();
        this.othersAppend = module != null && store.register(name, terms.keepsOrder());
        this.backOff = new BackOff(terms.retry(), surroundings.clock());
        this.drainRate = new DrainRate(surroundings.clock());
        this.maxCalls = terms.strictOrder() || module == null
                ? 1
                : terms.maxInFlight() > 0 ? terms.maxInFlight() : Math.max(1, module.concurrency());
    }

    /**
     * The bytes of bodies that all lanes hold ready.
     *
     * @param used bytes now
     * @param max beyond this, lanes leave new events to the store and read them when their turn comes
     */
    record Memory(AtomicLong used, long max) {}

    /** Makes room for one event that is about to be stored; false if the lane is full. */
    boolean reserve() {
        synchronized (lock) {
            if (pending >= terms.maxPending()) {
                return false;
            }
            pending++;
            return true;
        }
    }

    /** Takes back a reservation of an event that was not stored. */
    void release() {
        synchronized (lock) {
            pending--;
        }
    }

    /**
     * Takes note of an event that is durable; called in order of sequences, on the store's thread. Returns false if
     * another lane of this name has taken this one's place.
     */
    boolean appended(long sequence, WebhookEvent event) {
        synchronized (lock) {
            if (retired) {
                return false;
            }
            if (sequence <= readUpTo) {
                return true; // a worker has read it from the store meanwhile
            }
            boolean keepsUp = readUpTo == newest && module != null && !othersAppend && ready.size() < MAX_READY;
            newest = sequence;
            if (keepsUp && bytesInMemory.get() < maxBytesInMemory) {
                readUpTo = sequence;
                addLast(new StoredDelivery(sequence, event, 0));
            }
        }
        startWorker();
        return true;
    }

    /** Takes over what an earlier run, or a replay, has left in the store. */
    void recover(EventStore.Backlog backlog, boolean countsAsNew) {
        synchronized (lock) {
            pending += countsAsNew ? backlog.deliveries() : 0;
            newest = Math.max(newest, backlog.lastSequence());
            if (backlog.nextAttemptMillis() != Long.MAX_VALUE) {
                firstRetry(backlog.nextAttemptMillis());
            }
        }
        planRetry();
        startWorker();
    }

    /** With strict order there is but one that waits, so its time is exact. */
    private void firstRetry(long atMillis) {
        if (terms.strictOrder()) {
            retryTimes.add(atMillis);
        } else {
            retryTimes.unknown(atMillis);
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
            ready.forEach(delivery -> bytesInMemory.addAndGet(-size(delivery)));
            ready.clear();
        }
    }

    /** Takes the number of waiting events from the store, where other instances deliver or append, too. */
    void recount(long waiting) {
        synchronized (lock) {
            pending = waiting;
        }
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

    boolean isParked() {
        return module == null;
    }

    Duration retryAfter() {
        synchronized (lock) {
            return backOff.isOn() ? backOff.left() : drainRate.timeFor(Math.max(1, pending / 10));
        }
    }

    long pending() {
        synchronized (lock) {
            return pending;
        }
    }

    ReceiverHealth.LaneHealth health() {
        synchronized (lock) {
            boolean backingOff = backOff.isOn();
            String state = module == null
                    ? "parked"
                    : paused ? "paused" : backingOff ? "backing_off" : lastError == null ? "ok" : "retrying";
            Instant next = backingOff ? backOff.until() : null;
            long bytes = ready.stream().mapToLong(StoredLane::size).sum();
            return new ReceiverHealth.LaneHealth(name, state, pending, bytes, delivered, dead, lastError, next);
        }
    }

    private void startWorker() {
        synchronized (lock) {
            if (!mayCall() || reading || calls + workersStarting >= maxCalls || !anythingToDo()) {
                return;
            }
            workersStarting++;
        }
        surroundings.threads().execute(this::work);
    }

    private boolean mayCall() {
        boolean inOrder = !terms.strictOrder() || retriesUnwritten == 0;
        return module != null && !paused && !stopped && inOrder && !backOff.isOn() && store.mayDeliver(name);
    }

    /** With strict order a failed event is the next one, and nothing else is to do before its time. */
    private boolean anythingToDo() {
        boolean due = retryTimes.isDue(surroundings.clock().millis());
        if (terms.strictOrder() && !retryTimes.isEmpty() && !nextIsRetry()) {
            return due;
        }
        return due || !ready.isEmpty() || readUpTo < newest;
    }

    private boolean nextIsRetry() {
        StoredDelivery next = ready.peekFirst();
        return next != null && triedAgain.contains(next.sequence());
    }

    private void work() {
        synchronized (lock) {
            workersStarting--;
        }
        OutputModule destination = module;
        if (destination == null) {
            return;
        }
        List<StoredDelivery> batch = takeBatch(destination);
        while (!batch.isEmpty()) {
            deliver(destination, batch);
            batch = takeBatch(destination);
        }
    }

    private List<StoredDelivery> takeBatch(OutputModule destination) {
        while (true) {
            boolean retries;
            synchronized (lock) {
                if (!mayCall() || calls >= maxCalls || !anythingToDo()) {
                    return List.of();
                }
                retries = retryTimes.isDue(surroundings.clock().millis()) && !nextIsRetry();
                if (!ready.isEmpty() && (!retries || (reading && !terms.strictOrder()))) {
                    calls++;
                    return nextBatch(destination);
                }
                if (reading) {
                    return List.of();
                }
                reading = true;
            }
            if (!fill(retries, destination.maxBatch())) {
                return List.of();
            }
        }
    }

    private List<StoredDelivery> nextBatch(OutputModule destination) {
        int max = terms.strictOrder() ? 1 : destination.maxBatch();
        List<StoredDelivery> batch = new ArrayList<>(Math.min(ready.size(), max));
        long bytes = 0;
        while (batch.size() < max && bytes < MAX_BATCH_BYTES && !ready.isEmpty()) {
            StoredDelivery next = ready.removeFirst();
            bytes += size(next);
            batch.add(next);
        }
        return batch;
    }

    /** Reads from the store, one worker at a time; returns false if the store failed. */
    private boolean fill(boolean retries, int maxBatch) {
        try {
            if (retries) {
                fillWithRetries(Math.max(maxBatch, 16));
            } else {
                fillInOrder();
            }
        } catch (StoreException | RuntimeException e) {
            log.error("{}: cannot read from the store, trying again: {}", name, e.getMessage(), e);
            synchronized (lock) {
                reading = false;
                lastError = e.getMessage();
            }
            surroundings.timer().after(WHEN_THE_STORE_FAILS, this::startWorker);
            return false;
        }
        startWorker();
        return true;
    }

    private void fillInOrder() throws StoreException {
        long after;
        long upTo;
        synchronized (lock) {
            after = readUpTo;
            upTo = newest;
        }
        EventStore.Page page = store.read(name, after, MAX_READY, MAX_BATCH_BYTES);
        synchronized (lock) {
            reading = false;
            readUpTo = page.deliveries().isEmpty() ? Math.max(upTo, page.readUpTo()) : page.readUpTo();
            newest = Math.max(newest, readUpTo);
            if (!retired) {
                page.deliveries().forEach(this::addLast);
            }
        }
    }

    private void fillWithRetries(int max) throws StoreException {
        long now = surroundings.clock().millis();
        int limit;
        synchronized (lock) {
            retryTimes.takeDue(now);
            limit = max + triedAgain.size();
        }
        List<StoredDelivery> due = store.due(name, now, limit, MAX_BATCH_BYTES);
        synchronized (lock) {
            reading = false;
            for (int i = due.size() - 1; i >= 0; i--) {
                if (!retired && triedAgain.add(due.get(i).sequence())) {
                    addFirst(due.get(i));
                }
            }
            retryTimes.found(due.size(), limit, now, pending - ready.size());
        }
        planRetry();
    }

    private void deliver(OutputModule destination, List<StoredDelivery> batch) {
        List<DeliveryOutcome> outcomes = call(destination, batch);
        long now = surroundings.clock().millis();
        List<Settlement> settlements = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            settlements.add(settlement(batch.get(i), outcomes.get(i).failure(), now));
        }
        callEnded(batch, outcomes, settlements);
        store.settle(name, settlements, () -> settled(settlements));
    }

    private List<DeliveryOutcome> call(OutputModule destination, List<StoredDelivery> batch) {
        List<WebhookEvent> events = batch.stream().map(StoredDelivery::event).toList();
        try {
            List<DeliveryOutcome> outcomes = destination.deliverAll(events);
            if (outcomes.size() == batch.size()) {
                return outcomes;
            }
            String message = "The module returned " + outcomes.size() + " outcomes for " + batch.size() + " events";
            return allFailed(batch, DeliveryException.retryable(message, null));
        } catch (RuntimeException | Error e) {
            log.error("{}: the module failed, the events are tried again", name, e);
            String message = "The module failed: " + e.getClass().getName();
            return allFailed(batch, DeliveryException.retryable(message, e));
        }
    }

    private static List<DeliveryOutcome> allFailed(List<StoredDelivery> batch, DeliveryException failure) {
        return batch.stream().map(delivery -> DeliveryOutcome.failed(failure)).toList();
    }

    private Settlement settlement(StoredDelivery delivery, @Nullable DeliveryException failure, long now) {
        if (failure == null) {
            return Settlement.done(delivery.sequence(), now);
        }
        String error = String.valueOf(failure.getMessage());
        int attempts = delivery.attempts() + 1;
        Duration asked = failure.retryAfter();
        Duration delay = asked != null
                ? asked
                : terms.retry().delayAfter(attempts, ThreadLocalRandom.current().nextDouble());
        long next = now + delay.toMillis();
        long deadline = delivery.event().receivedAt().toEpochMilli()
                + terms.retry().maxAge().toMillis();
        if (failure.isRetryable() && attempts < terms.retry().maxAttempts() && next <= deadline) {
            return Settlement.retry(delivery.sequence(), now, next, error);
        }
        log.warn("{}: dead letter: {} after {} attempts: {}", name, delivery.event(), attempts, error);
        return Settlement.dead(delivery.sequence(), now, error);
    }

    private void callEnded(List<StoredDelivery> batch, List<DeliveryOutcome> outcomes, List<Settlement> settlements) {
        DeliveryException failure = null;
        boolean anyDelivered = false;
        boolean anyRetry = false;
        for (DeliveryOutcome outcome : outcomes) {
            DeliveryException each = outcome.failure();
            anyDelivered |= each == null;
            anyRetry |= each != null && each.isRetryable();
            failure = each == null || (failure != null && failure.isRetryable()) ? failure : each;
        }
        Duration resumeAfter = null;
        boolean begins = false;
        synchronized (lock) {
            calls--;
            batch.forEach(delivery -> bytesInMemory.addAndGet(-size(delivery)));
            count(settlements);
            lastError = failure == null ? null : String.valueOf(failure.getMessage());
            if (anyDelivered && backOff.end()) {
                log.info("{}: delivers again", name);
            } else if (!anyDelivered && anyRetry && failure != null) {
                resumeAfter = backOff.failed(failure);
                begins = backOff.justBegan();
            }
        }
        if (begins && failure != null) {
            log.warn("{}: the destination fails, backing off: {}", name, failure.getMessage());
        }
        if (resumeAfter != null) {
            surroundings.timer().after(resumeAfter, this::resume);
        }
    }

    private void count(List<Settlement> settlements) {
        int left = 0;
        for (Settlement settlement : settlements) {
            switch (settlement.outcome()) {
                case DONE -> {
                    delivered++;
                    left++;
                }
                case DEAD -> {
                    dead++;
                    left++;
                }
                case RETRY -> retriesUnwritten++;
            }
        }
        pending -= left;
        drainRate.left(left);
    }

    /** Only now may a retry be looked for in the store, and its sequence be read again. */
    private void settled(List<Settlement> settlements) {
        boolean retries = false;
        synchronized (lock) {
            for (Settlement settlement : settlements) {
                triedAgain.remove(settlement.sequence());
                if (settlement.outcome() == Settlement.Outcome.RETRY) {
                    retriesUnwritten--;
                    retryTimes.add(settlement.nextAttemptMillis());
                    retries = true;
                }
            }
        }
        if (retries) {
            planRetry();
        }
        startWorker();
    }

    private void planRetry() {
        long at;
        synchronized (lock) {
            at = retryTimes.plan();
        }
        if (at != Long.MAX_VALUE) {
            long millis = Math.max(0, at - surroundings.clock().millis());
            surroundings.timer().after(Duration.ofMillis(millis), () -> {
                synchronized (lock) {
                    retryTimes.planned(at);
                }
                planRetry();
                startWorker();
            });
        }
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

    private void addFirst(StoredDelivery delivery) {
        bytesInMemory.addAndGet(size(delivery));
        ready.addFirst(delivery);
    }

    private void addLast(StoredDelivery delivery) {
        bytesInMemory.addAndGet(size(delivery));
        ready.addLast(delivery);
    }

    private static long size(StoredDelivery delivery) {
        return delivery.event().body().length + 500L;
    }
}

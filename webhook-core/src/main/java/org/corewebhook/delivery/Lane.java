package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.corewebhook.ReceiverHealth;
import org.corewebhook.RetryPolicy;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of events to one destination of one endpoint: in order of arrival while all goes well, in batches that form
 * by themselves while a call is running, each failed event again later without holding up the others.
 *
 * <p>An idle lane works on the thread of who submits; others wait their turn in a bounded queue. When calls keep
 * failing the lane backs off: nothing is tried until a moment that moves further away with each failure. Thread-safe.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final long MAX_BATCH_BYTES = 4L << 20;

    private final String name;
    private final OutputModule module;
    private final DeliveryTerms terms;
    private final int maxCalls;
    private final Surroundings surroundings;

    private final Object lock = new Object();
    private final ArrayDeque<Delivery> ready = new ArrayDeque<>();
    private final BackOff backOff;
    private int calls;
    private int workersStarting;
    private int pending;
    private long pendingBytes;
    private long delivered;
    private long failed;
    private @Nullable String lastError;

    Lane(String name, OutputModule module, DeliveryTerms terms, Surroundings surroundings) {
        this.name = name;
        this.module = module;
        this.terms = terms;
        this.maxCalls = terms.maxInFlight() > 0 ? terms.maxInFlight() : Math.max(1, module.concurrency());
        this.surroundings = surroundings;
        this.backOff = new BackOff(terms.retry(), surroundings.clock());
    }

    /**
     * What a lane needs from around it.
     *
     * @param clock the time
     * @param timer what wakes it up
     * @param threads runs its work when nobody's thread is at hand
     */
    record Surroundings(Clock clock, DelayTimer timer, Workers threads) {}

    /** Runs work of a lane on another thread. */
    @FunctionalInterface
    interface Workers {
        void execute(Runnable work);
    }

    /** Why a lane does not take an event now. */
    enum Refusal {
        FULL,
        BACKING_OFF
    }

    /** Puts the delivery in the queue, unless the lane is full or, with a sender waiting, backing off. */
    @Nullable
    Refusal offer(Delivery delivery, boolean senderWaits) {
        synchronized (lock) {
            if (pending >= terms.maxPending() || pendingBytes >= terms.maxPendingBytes()) {
                return Refusal.FULL;
            }
            if (senderWaits && backOff.isOn()) {
                return Refusal.BACKING_OFF;
            }
            pending++;
            pendingBytes += delivery.event.body().length;
            ready.addLast(delivery);
            return null;
        }
    }

    /** Makes sure that somebody works on the queue: the calling thread for one call if it may, else another thread. */
    void signal(boolean onThisThread) {
        if (!onThisThread) {
            startWorker();
            return;
        }
        List<Delivery> batch = takeBatch();
        if (!batch.isEmpty() && deliver(batch)) {
            startWorker();
        }
    }

    /** Returns how long a new event had better wait. */
    Duration retryAfter() {
        synchronized (lock) {
            return backOff.left();
        }
    }

    /** Returns the longest time that one call takes. */
    Duration callTimeout() {
        return module.timeout();
    }

    /** Returns the number of events that have neither been delivered nor given up. */
    int pending() {
        synchronized (lock) {
            return pending;
        }
    }

    /** Returns how the lane is doing. */
    ReceiverHealth.LaneHealth health() {
        synchronized (lock) {
            boolean backingOff = backOff.isOn();
            String state = backingOff ? "backing_off" : lastError == null ? "ok" : "retrying";
            Instant next = backingOff ? backOff.until() : null;
            return new ReceiverHealth.LaneHealth(
                    name, state, pending, pendingBytes, delivered, failed, lastError, next);
        }
    }

    private void startWorker() {
        synchronized (lock) {
            if (!needsWorker()) {
                return;
            }
            workersStarting++;
        }
        boolean started = false;
        try {
            surroundings.threads().execute(this::work);
            started = true;
        } finally {
            if (!started) { // the system may have no thread to give; the next signal asks again
                workerStarted();
            }
        }
    }

    private boolean needsWorker() {
        return !ready.isEmpty() && calls + workersStarting < maxCalls && !backOff.isOn();
    }

    private void workerStarted() {
        synchronized (lock) {
            workersStarting--;
        }
    }

    private void work() {
        workerStarted();
        List<Delivery> batch = takeBatch();
        while (!batch.isEmpty()) {
            deliver(batch);
            batch = takeBatch();
        }
    }

    /** Takes the next events and the right to deliver them; nothing if there is nothing to do now. */
    private List<Delivery> takeBatch() {
        synchronized (lock) {
            if (calls >= maxCalls || backOff.isOn()) {
                return List.of();
            }
            List<Delivery> batch = takeReady(module.maxBatch());
            if (!batch.isEmpty()) {
                calls++;
            }
            return batch;
        }
    }

    private List<Delivery> takeReady(int max) {
        Delivery next = takeNext();
        if (next == null) {
            return List.of();
        }
        if (max == 1 || ready.isEmpty()) {
            return List.of(next);
        }
        List<Delivery> batch = new ArrayList<>(Math.min(ready.size() + 1, max));
        long bytes = 0;
        while (next != null) {
            bytes += next.event.body().length;
            batch.add(next);
            next = batch.size() < max && bytes < MAX_BATCH_BYTES ? takeNext() : null;
        }
        return batch;
    }

    /** Takes the next event for an attempt; those whose sender was told no are let go. */
    private @Nullable Delivery takeNext() {
        Delivery next = ready.pollFirst();
        while (next != null && next.ticket.isWithdrawn()) {
            leave(next);
            next.ticket.givenUp();
            next = ready.pollFirst();
        }
        if (next != null) {
            next.attempts++;
        }
        return next;
    }

    /**
     * Delivers; what the lane has learnt is noted before any sender is answered: the next one must already profit from
     * it. Returns whether there is work for another thread.
     */
    private boolean deliver(List<Delivery> batch) {
        List<DeliveryOutcome> outcomes = call(batch);
        boolean needsWorker = callEnded(batch, outcomes);
        for (int i = 0; i < batch.size(); i++) {
            DeliveryException failure = outcomes.get(i).failure();
            if (failure == null) {
                batch.get(i).ticket.delivered();
            } else {
                failed(batch.get(i), failure);
            }
        }
        return needsWorker;
    }

    private List<DeliveryOutcome> call(List<Delivery> batch) {
        List<WebhookEvent> events = events(batch);
        try {
            List<DeliveryOutcome> outcomes = module.deliverAll(events);
            if (outcomes.size() == batch.size()) {
                return outcomes;
            }
            String message = "The module returned " + outcomes.size() + " outcomes for " + batch.size() + " events";
            return allFailed(batch, DeliveryException.retryable(message, null));
        } catch (RuntimeException | Error e) {
            log.error("{}: the module failed, the events are tried again", name, e);
            return allFailed(
                    batch,
                    DeliveryException.retryable(
                            "The module failed: " + e.getClass().getName(), e));
        }
    }

    private static List<WebhookEvent> events(List<Delivery> batch) {
        if (batch.size() == 1) {
            return List.of(batch.get(0).event);
        }
        List<WebhookEvent> events = new ArrayList<>(batch.size());
        batch.forEach(delivery -> events.add(delivery.event));
        return events;
    }

    private static List<DeliveryOutcome> allFailed(List<Delivery> batch, DeliveryException failure) {
        return batch.stream().map(delivery -> DeliveryOutcome.failed(failure)).toList();
    }

    private void failed(Delivery delivery, DeliveryException failure) {
        Duration delay = delayAfter(delivery, failure);
        boolean again = failure.isRetryable()
                && !delivery.ticket.isWithdrawn()
                && delivery.attempts < terms.retry().maxAttempts()
                && surroundings.clock().millis() + delay.toMillis() <= delivery.deadlineMillis;
        if (again) {
            log.debug("{}: event {} failed, attempt {}", name, delivery.event.id(), delivery.attempts, failure);
            surroundings.timer().after(delay, () -> tryAgain(delivery));
            return;
        }
        log.warn(
                "{}: gave up event {} after {} attempts in {} ms: {}",
                name,
                delivery.event.id(),
                delivery.attempts,
                surroundings.clock().millis() - delivery.acceptedAtMillis,
                failure.getMessage());
        synchronized (lock) {
            leave(delivery);
            this.failed++;
        }
        delivery.ticket.givenUp();
    }

    private Duration delayAfter(Delivery delivery, DeliveryException failure) {
        RetryPolicy retry = terms.retry();
        Duration asked = failure.retryAfter();
        return asked == null
                ? retry.delayAfter(
                        delivery.attempts, ThreadLocalRandom.current().nextDouble())
                : asked;
    }

    private void tryAgain(Delivery delivery) {
        synchronized (lock) {
            ready.addFirst(delivery);
        }
        startWorker();
    }

    private boolean callEnded(List<Delivery> batch, List<DeliveryOutcome> outcomes) {
        DeliveryException retryable = null;
        DeliveryException last = null;
        for (DeliveryOutcome outcome : outcomes) {
            DeliveryException failure = outcome.failure();
            last = failure == null ? last : failure;
            retryable = failure != null && failure.isRetryable() ? failure : retryable;
        }
        Duration resumeAfter = null;
        boolean begins = false;
        boolean needsWorker;
        synchronized (lock) {
            calls--;
            lastError = last == null ? null : String.valueOf(last.getMessage());
            boolean anyDelivered = leaveDelivered(batch, outcomes);
            if (anyDelivered && backOff.end()) {
                log.info("{}: delivers again", name);
            } else if (!anyDelivered && retryable != null) {
                resumeAfter = backOff.failed(retryable);
                begins = backOff.justBegan();
            }
            needsWorker = needsWorker();
        }
        if (begins && retryable != null) {
            log.warn("{}: the destination fails, backing off: {}", name, retryable.getMessage());
        }
        if (resumeAfter != null) {
            surroundings.timer().after(resumeAfter, this::resume);
        }
        return needsWorker;
    }

    private boolean leaveDelivered(List<Delivery> batch, List<DeliveryOutcome> outcomes) {
        long before = delivered;
        for (int i = 0; i < batch.size(); i++) {
            if (outcomes.get(i).failure() == null) {
                leave(batch.get(i));
                delivered++;
            }
        }
        return delivered > before;
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

    private void leave(Delivery delivery) {
        pending--;
        pendingBytes -= delivery.event.body().length;
    }
}

package org.corewebhook.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.jspecify.annotations.Nullable;

/** What becomes of the records of one batch; the first word on each counts. Thread-safe. */
final class SentRecords {

    private final String topic;
    private final Object lock = new Object();
    private final @Nullable DeliveryOutcome[] outcomes;
    private final CountDownLatch allKnown = new CountDownLatch(1);
    private int unknown;
    private @Nullable DeliveryException obstacle;
    private boolean producerIsBroken;

    SentRecords(String topic, int count) {
        this.topic = topic;
        this.outcomes = new DeliveryOutcome[count];
        this.unknown = count;
        if (count == 0) {
            allKnown.countDown();
        }
    }

    /** Notes what the producer says about a record; called by its thread, or by the one that sends. */
    void completed(int index, @Nullable Exception failure) {
        if (failure == null) {
            note(index, DeliveryOutcome.delivered());
            return;
        }
        if (Failures.breaksProducer(failure)) {
            producerBroke();
        }
        failed(index, Failures.of(topic, failure));
    }

    /** Notes that the producer did not take a record, which one that works always does. */
    void notTaken(int index, RuntimeException failure) {
        producerBroke();
        failed(index, Failures.of(topic, failure));
    }

    private void failed(int index, DeliveryException failure) {
        if (failure.isRetryable()) {
            synchronized (lock) {
                obstacle = obstacle == null ? failure : obstacle;
            }
        }
        note(index, DeliveryOutcome.failed(failure));
    }

    private void note(int index, DeliveryOutcome outcome) {
        synchronized (lock) {
            if (outcomes[index] != null) {
                return;
            }
            outcomes[index] = outcome;
            unknown--;
            if (unknown == 0) {
                allKnown.countDown();
            }
        }
    }

    private void producerBroke() {
        synchronized (lock) {
            producerIsBroken = true;
        }
    }

    /** Returns the first failure that the records after it would meet too, or null. */
    @Nullable
    DeliveryException obstacle() {
        synchronized (lock) {
            return obstacle;
        }
    }

    /** Tells whether the producer had better be replaced. */
    boolean producerIsBroken() {
        synchronized (lock) {
            return producerIsBroken;
        }
    }

    /** Fails all records from that one on that nothing is known of. */
    void giveUp(int from, DeliveryException reason) {
        DeliveryOutcome failed = DeliveryOutcome.failed(reason);
        for (int i = from; i < outcomes.length; i++) {
            note(i, failed);
        }
    }

    /**
     * Waits until something is known of each record. The producer gives up well before the time that a call may take;
     * one that has said nothing by then has lost its thread.
     */
    void await(Duration atMost) {
        try {
            if (!allKnown.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                producerBroke();
                giveUp(0, DeliveryException.retryable("Topic " + topic + ": not confirmed in time", null));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp(0, DeliveryException.retryable("Topic " + topic + ": interrupted while waiting", e));
        }
    }

    /** Returns one outcome for each record; nothing may be unknown any more. */
    List<DeliveryOutcome> outcomes() {
        synchronized (lock) {
            List<DeliveryOutcome> known = new ArrayList<>(outcomes.length);
            for (DeliveryOutcome outcome : outcomes) {
                if (outcome == null) {
                    throw new IllegalStateException("A record has no outcome yet");
                }
                known.add(outcome);
            }
            return known;
        }
    }
}

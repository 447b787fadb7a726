package org.corewebhook.receipt;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.Receipt.Standing;
import org.corewebhook.store.ReceiptStore;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The memory of what was received before. A receipt is claimed when its request is proven, completed when its event is
 * accepted, and released otherwise, so that a failed first attempt does not swallow the sender's retry.
 *
 * <p>What is in flight is known in memory. What was accepted is known to the store if there is one: for events that are
 * acknowledged when stored the receipt is completed in their own transaction and costs no other; for all others the
 * claim is written before, under a lease, so that instances that share the store see it. Thread-safe.
 */
public final class Receipts {

    /** How much longer than the acknowledgement may take a claim in the store lasts. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(30);

    private final Clock clock;
    private final @Nullable ReceiptStore store;
    private final AcceptedReceipts accepted = AcceptedReceipts.inProportionToTheHeap();
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

    /** Makes a memory that forgets everything at the end of the process, unless there is a store. */
    public Receipts(Clock clock, @Nullable ReceiptStore store) {
        this.clock = clock;
        this.store = store;
    }

    /**
     * Claims the receipt of a proven request; close the claim when the request is answered.
     *
     * @throws StoreException if it cannot be known whether the request is a duplicate
     */
    public Claim claim(Endpoint endpoint, WebhookRequest request) throws StoreException {
        Idempotency idempotency = endpoint.idempotency();
        Receipt receipt = idempotency == null ? null : idempotency.receipt(endpoint.id(), request, clock.millis());
        if (receipt == null) {
            return Claim.UNKNOWN;
        }
        if (!inFlight.add(receipt.key())) {
            return new Claim(null, receipt, Standing.IN_FLIGHT, false);
        }
        Standing standing = Standing.IN_FLIGHT;
        try {
            standing = standing(endpoint.terms(), receipt);
        } finally {
            if (standing != Standing.NEW) {
                inFlight.remove(receipt.key());
            }
        }
        boolean withEvent = endpoint.terms().acknowledge() == Acknowledge.STORED;
        return new Claim(standing == Standing.NEW ? this : null, receipt, standing, withEvent);
    }

    private Standing standing(Endpoint.DeliveryTerms terms, Receipt receipt) throws StoreException {
        long now = clock.millis();
        if (store == null) {
            return accepted.contains(receipt.key(), now) ? Standing.ACCEPTED : Standing.NEW;
        }
        if (terms.acknowledge() == Acknowledge.STORED) {
            return Standing.NEW; // the event's own transaction decides
        }
        Duration lease = terms.acknowledgeTimeout().plus(LEASE_MARGIN);
        return store.claim(receipt, now, now + lease.toMillis());
    }

    private void complete(Receipt receipt, boolean withEvent) {
        if (store == null) {
            accepted.add(receipt, clock.millis());
        } else if (!withEvent) {
            store.complete(receipt);
        }
        inFlight.remove(receipt.key());
    }

    private void release(Receipt receipt, boolean withEvent) {
        if (store != null && !withEvent) {
            store.release(receipt);
        }
        inFlight.remove(receipt.key());
    }

    /** One request's claim. Used by the request's thread; closing it releases it unless it was completed. */
    public static final class Claim implements AutoCloseable {

        /** The claim of a request without an id: nothing is known of it, and nothing is remembered. */
        private static final Claim UNKNOWN = new Claim(null, null, Standing.NEW, false);

        private @Nullable Receipts memory;
        private final @Nullable Receipt receipt;
        private final Standing standing;
        private final boolean withEvent;

        private Claim(@Nullable Receipts memory, @Nullable Receipt receipt, Standing standing, boolean withEvent) {
            this.memory = memory;
            this.receipt = receipt;
            this.standing = standing;
            this.withEvent = withEvent;
        }

        /** Returns where the request stands, as far as that is known before its event is stored. */
        public Standing standing() {
            return standing;
        }

        /** Returns the receipt to store in the event's own transaction, or null if there is none. */
        public @Nullable Receipt receiptOfEvent() {
            return withEvent ? receipt : null;
        }

        /** Notes that the event was accepted. */
        public void complete() {
            if (memory != null && receipt != null) {
                memory.complete(receipt, withEvent);
                memory = null;
            }
        }

        @Override
        public void close() {
            if (memory != null && receipt != null) {
                memory.release(receipt, withEvent);
                memory = null;
            }
        }
    }
}

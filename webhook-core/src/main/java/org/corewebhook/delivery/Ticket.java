package org.corewebhook.delivery;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.corewebhook.body.BodyBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event on its way to all its destinations: settles when each has confirmed or one has given up, and gives the
 * memory of the body back when nobody needs it any more. Thread-safe.
 */
final class Ticket {

    private static final Logger log = LoggerFactory.getLogger(Ticket.class);

    /** What the waiting sender learns. */
    enum Settlement {
        DELIVERED,
        GIVEN_UP,
        TIMED_OUT
    }

    private final BodyBudget.Reservation body;
    private int open;
    private @Nullable Settlement settlement;

    /** Made when somebody comes to wait: most events have arrived by then. */
    private @Nullable CompletableFuture<Settlement> sender;

    private volatile boolean withdrawn;

    Ticket(int destinations, BodyBudget.Reservation body) {
        this.body = body;
        this.open = destinations;
    }

    /** Says that one destination has confirmed. */
    void delivered() {
        if (isLast()) {
            body.close();
            settle(Settlement.DELIVERED);
        }
    }

    /** Says that one destination will not be tried again. */
    void givenUp() {
        settle(Settlement.GIVEN_UP);
        if (isLast()) {
            body.close();
        }
    }

    /** Says that the sender was told no: no destination need be tried again. */
    void withdraw() {
        withdrawn = true;
    }

    boolean isWithdrawn() {
        return withdrawn;
    }

    /** Returns what the sender learns if that is known already, else null. */
    @Nullable
    synchronized Settlement settled() {
        return settlement;
    }

    /** Counts one destination off. */
    private synchronized boolean isLast() {
        open--;
        return open == 0;
    }

    /** The first word counts. */
    private void settle(Settlement word) {
        Settlement first;
        CompletableFuture<Settlement> waits;
        synchronized (this) {
            first = settlement == null ? word : settlement;
            settlement = first;
            waits = sender;
        }
        if (waits != null) {
            waits.complete(first);
        }
    }

    /** Says that the sender has waited long enough, if it still waits. */
    void timedOut() {
        settle(Settlement.TIMED_OUT);
    }

    /**
     * Tells the sender, exactly once, when every destination has confirmed, one has given up, or its patience is over:
     * on this thread if that is known already, else on the one that brings it.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of telling the sender changes nothing here
    void whenSettled(Duration patience, Consumer<Settlement> toTell) {
        CompletableFuture<Settlement> waits = new CompletableFuture<>();
        Settlement already;
        synchronized (this) {
            sender = waits;
            already = settlement;
        }
        if (already != null) {
            waits.complete(already);
        }
        waits.completeOnTimeout(Settlement.TIMED_OUT, patience.toNanos(), TimeUnit.NANOSECONDS)
                .thenAccept(settled -> tell(toTell, settled));
    }

    /** Others wait on the same thread for their word: one who fails to take his must not keep it from them. */
    private static void tell(Consumer<Settlement> sender, Settlement settled) {
        try {
            sender.accept(settled);
        } catch (RuntimeException e) {
            log.error("A sender could not be answered", e);
        }
    }
}

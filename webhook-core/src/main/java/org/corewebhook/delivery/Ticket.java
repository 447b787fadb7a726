package org.corewebhook.delivery;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final AtomicInteger open;
    private final BodyBudget.Reservation body;
    private final CompletableFuture<Settlement> settlement = new CompletableFuture<>();
    private volatile boolean withdrawn;

    Ticket(int destinations, BodyBudget.Reservation body) {
        this.open = new AtomicInteger(destinations);
        this.body = body;
    }

    /** Says that one destination has confirmed. */
    void delivered() {
        if (open.decrementAndGet() == 0) {
            body.close();
            settlement.complete(Settlement.DELIVERED);
        }
    }

    /** Says that one destination will not be tried again. */
    void givenUp() {
        settlement.complete(Settlement.GIVEN_UP);
        if (open.decrementAndGet() == 0) {
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
    Settlement settled() {
        return settlement.getNow(null);
    }

    /** Says that the sender has waited long enough, if it still waits. */
    void timedOut() {
        settlement.complete(Settlement.TIMED_OUT);
    }

    /**
     * Tells the sender, exactly once, when every destination has confirmed, one has given up, or its patience is over:
     * on this thread if that is known already, else on the one that brings it.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of telling the sender changes nothing here
    void whenSettled(Duration patience, Consumer<Settlement> sender) {
        settlement
                .completeOnTimeout(Settlement.TIMED_OUT, patience.toNanos(), TimeUnit.NANOSECONDS)
                .thenAccept(settled -> tell(sender, settled));
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

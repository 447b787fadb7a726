package org.corewebhook.delivery;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.body.BodyBudget;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to all its destinations: settles when each has confirmed or one has given up, and gives the
 * memory of the body back when nobody needs it any more. Thread-safe.
 */
final class Ticket {

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

    /** Waits until every destination has confirmed or one has given up. */
    Settlement await(Duration timeout) throws InterruptedException {
        @Nullable Settlement settled = settlement.getNow(null);
        if (settled != null) {
            return settled;
        }
        try {
            return settlement.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Settlement.TIMED_OUT;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A settlement is never exceptional", e);
        }
    }
}

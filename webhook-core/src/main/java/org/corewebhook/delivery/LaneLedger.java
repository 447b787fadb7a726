package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * Counts what waits in a stored lane and what became of the rest; says when there is no more room. Guarded by the
 * lane's lock.
 */
final class LaneLedger {

    private final DeliveryTerms terms;
    private final PendingLimit total;
    private final DrainRate drainRate;
    private long pending;
    private long pendingBytes;
    private long delivered;
    private long dead;
    private boolean retired;

    LaneLedger(DeliveryTerms terms, PendingLimit total, Clock clock) {
        this.terms = terms;
        this.total = total;
        this.drainRate = new DrainRate(clock);
    }

    /**
     * Makes room for one event; returns null, or when to try again if there is no room: when about a tenth of what
     * waits has left, so that many senders do not come back for the first free place.
     */
    @Nullable
    Duration reserve(long size) {
        if (pending >= terms.maxPending() || pendingBytes >= terms.maxPendingBytes()) {
            return drainRate.timeFor(Math.max(1, pending / 10));
        }
        Duration wait = total.reserve(size);
        if (wait == null) {
            pending++;
            pendingBytes += size;
        }
        return wait;
    }

    /** Takes back a reservation. */
    void release(long size) {
        if (retired) {
            return;
        }
        pending--;
        pendingBytes -= size;
        total.release(size);
    }

    /** Counts what waits already. */
    void found(long events, long size) {
        pending += events;
        pendingBytes += size;
        total.found(events, size);
    }

    /** Notes what became of attempts. */
    void settled(List<StoredDelivery> batch, List<Settlement> settlements) {
        int done = 0;
        int given = 0;
        long size = 0;
        for (int i = 0; i < settlements.size(); i++) {
            Settlement.Outcome outcome = settlements.get(i).outcome();
            done += outcome == Settlement.Outcome.DONE ? 1 : 0;
            given += outcome == Settlement.Outcome.DEAD ? 1 : 0;
            size += outcome == Settlement.Outcome.RETRY
                    ? 0
                    : batch.get(i).event().body().length;
        }
        delivered += done;
        left(done + given, size, given);
    }

    /** Notes dead letters that were never tried. */
    void lost(long events, long size) {
        left(events, size, events);
    }

    /** Takes the numbers from the store, where other instances deliver or append, too. */
    void recount(long events, long size) {
        found(events - pending, size - pendingBytes);
    }

    /** Counts nothing more: a successor does. */
    void retire() {
        recount(0, 0);
        retired = true;
    }

    private void left(long events, long size, long given) {
        dead += given;
        if (retired) {
            return;
        }
        pending -= events;
        pendingBytes -= size;
        drainRate.left(events);
        total.left(events, size);
    }

    long pending() {
        return pending;
    }

    long pendingBytes() {
        return pendingBytes;
    }

    long delivered() {
        return delivered;
    }

    long dead() {
        return dead;
    }
}

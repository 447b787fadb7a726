package org.corewebhook.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore.Page;
import org.corewebhook.store.EventStore.StoredDelivery;

/**
 * What a stored lane has in memory of its backlog: the next few events, and where it has read up to. Guarded by the
 * lane's lock.
 */
final class LaneWindow {

    private static final int MAX_FRESH = 1000;
    private static final int MAX_DUE = 1000;
    private static final int MIN_DUE = 16;
    private static final long MAX_READ_BYTES = 1L << 20;
    private static final long MIN_READ_BYTES = 64L << 10;

    private final Memory memory;
    private final ArrayDeque<StoredDelivery> fresh = new ArrayDeque<>();
    private final ArrayDeque<StoredDelivery> due = new ArrayDeque<>();
    private final Set<Long> dueTaken = new HashSet<>();
    private long readUpTo;
    private long newest;
    private boolean retired;

    LaneWindow(Memory memory) {
        this.memory = memory;
    }

    /**
     * The bytes of bodies that all lanes hold in memory.
     *
     * @param used bytes now
     * @param max beyond this, lanes leave new events to the store and read few of them at a time
     */
    record Memory(AtomicLong used, long max) {

        long left() {
            return max - used.get();
        }
    }

    /** Notes an event that was just stored, and keeps it if all before it are here too: then it need not be read. */
    void appended(long sequence, WebhookEvent event, boolean heldBack, boolean useful) {
        if (sequence <= readUpTo) {
            return; // a worker has read it from the store meanwhile
        }
        boolean keepsUp = readUpTo == newest && useful && fresh.size() < MAX_FRESH && memory.left() > 0;
        newest = sequence;
        if (keepsUp) {
            readUpTo = sequence;
        }
        if (keepsUp && !heldBack) {
            add(fresh, new StoredDelivery(sequence, event, 0));
        }
    }

    /** Notes that the store holds deliveries up to this sequence. */
    void stored(long lastSequence) {
        newest = Math.max(newest, lastSequence);
    }

    boolean hasFresh() {
        return !fresh.isEmpty();
    }

    boolean hasDue() {
        return !due.isEmpty();
    }

    /** Tells whether the store has fresh deliveries that were not read. */
    boolean hasUnread() {
        return readUpTo < newest;
    }

    long readUpTo() {
        return readUpTo;
    }

    long newest() {
        return newest;
    }

    int maxRead() {
        return MAX_FRESH;
    }

    /** Returns how many due deliveries to read at once for calls that take so many together. */
    int maxDue(int atOnce) {
        return Math.min(MAX_DUE, Math.max(MIN_DUE, 4 * atOnce));
    }

    /** Returns how much to read at once: less when all lanes together hold much. */
    long maxReadBytes() {
        return Math.max(MIN_READ_BYTES, Math.min(MAX_READ_BYTES, memory.left()));
    }

    /** Takes what was read; {@code newestBefore} is what was known to be stored before reading. */
    void read(Page page, long newestBefore) {
        boolean allRead = page.deliveries().isEmpty();
        readUpTo = allRead ? Math.max(newestBefore, page.readUpTo()) : page.readUpTo();
        newest = Math.max(newest, readUpTo);
        if (!retired) {
            page.deliveries().forEach(delivery -> add(fresh, delivery));
        }
    }

    /**
     * Returns the sequences that must not be read as due: their deliveries are here, or what became of them is not
     * written.
     */
    Set<Long> dueTaken() {
        return Set.copyOf(dueTaken);
    }

    /** Takes deliveries whose next attempt is due. */
    void readDue(List<StoredDelivery> deliveries) {
        for (StoredDelivery delivery : deliveries) {
            if (!retired && dueTaken.add(delivery.sequence())) {
                add(due, delivery);
            }
        }
    }

    /** Notes that the store knows what became of deliveries that were due. */
    void dueWritten(long sequence) {
        dueTaken.remove(sequence);
    }

    /** Forgets what is here, and takes nothing more. */
    void retire() {
        retired = true;
        fresh.forEach(delivery -> memory.used().addAndGet(-size(delivery)));
        due.forEach(delivery -> memory.used().addAndGet(-size(delivery)));
        fresh.clear();
        due.clear();
    }

    List<StoredDelivery> takeFresh(int max) {
        return take(fresh, max);
    }

    List<StoredDelivery> takeDue(int max) {
        return take(due, max);
    }

    /** Gives the memory of deliveries back that were taken. */
    void release(List<StoredDelivery> deliveries) {
        deliveries.forEach(delivery -> memory.used().addAndGet(-size(delivery)));
    }

    private void add(ArrayDeque<StoredDelivery> to, StoredDelivery delivery) {
        memory.used().addAndGet(size(delivery));
        to.addLast(delivery);
    }

    private static List<StoredDelivery> take(ArrayDeque<StoredDelivery> from, int max) {
        List<StoredDelivery> batch = new ArrayList<>(Math.min(from.size(), max));
        long bytes = 0;
        while (batch.size() < max && bytes < MAX_READ_BYTES && !from.isEmpty()) {
            StoredDelivery next = from.removeFirst();
            bytes += size(next);
            batch.add(next);
        }
        return batch;
    }

    private static long size(StoredDelivery delivery) {
        return delivery.event().body().length + 500L;
    }
}

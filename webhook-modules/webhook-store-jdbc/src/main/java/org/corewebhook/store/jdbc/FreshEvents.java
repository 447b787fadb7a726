package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.EventStore.Page;
import org.corewebhook.store.Settlement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that are in the journal and in memory, but are no rows yet. Most events are delivered a moment after they
 * were received and never need to be rows: an append to the journal costs a fifth of the processor time of the rows (3
 * against 16 us an event of 1 KiB, 20 of them to a commit). All of them become rows, in one transaction, when one of
 * them needs to be: its delivery has failed or is to be remembered, somebody wants to see what is stored, they are many
 * or old, or the journal is full.
 *
 * <p>Lanes whose events had to become rows get rows at once for a while: a lane that is slow or fails gains nothing
 * from the journal. Used by the writer's thread only, but for what says otherwise.
 */
final class FreshEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FreshEvents.class);

    private static final int MAX_EVENTS = 1000;
    private static final long MAX_BYTES = 4L << 20;
    private static final long MAX_EVENT_BYTES = 256L << 10;
    private static final long ROWS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Journal journal;
    private final LongSupplier nanoTime;
    private final ConcurrentSkipListMap<Long, JournalEntry> live = new ConcurrentSkipListMap<>();
    private final List<Long> ended = new ArrayList<>();
    private final Map<String, Long> rowsUntilNanos = new HashMap<>();

    // what the open transaction has done
    private final List<JournalEntry> added = new ArrayList<>();
    private long addedBytes;
    private long nextToken;
    private boolean moving;

    private long token;
    private long liveBytes;
    private boolean broken;
    private volatile long lastSequence;
    private final AtomicLong rounds = new AtomicLong();

    /**
     * Begins with an empty journal.
     *
     * @param token the token that the database has for it
     * @param lastSequence the highest sequence given so far
     * @param nanoTime {@link System#nanoTime}, or a test's, which says when an event is old
     */
    FreshEvents(Journal journal, long token, long lastSequence, LongSupplier nanoTime) {
        this.journal = journal;
        this.nanoTime = nanoTime;
        this.token = token;
        this.lastSequence = lastSequence;
    }

    /** Takes an event if it may stay in the journal for now; else it must become a row. */
    boolean add(long sequence, WebhookEvent event, byte[] headers, List<String> lanes) {
        if (moving || broken || lanes.isEmpty() || wantsRows(lanes)) {
            return false;
        }
        JournalEntry entry = new JournalEntry(sequence, event, headers, lanes, nanoTime.getAsLong());
        long length = Journal.length(entry);
        if (length > MAX_EVENT_BYTES) {
            return false;
        }
        live.put(sequence, entry);
        added.add(entry);
        liveBytes += length;
        addedBytes += length;
        return true;
    }

    private boolean wantsRows(List<String> lanes) {
        if (rowsUntilNanos.isEmpty()) {
            return false;
        }
        long now = nanoTime.getAsLong();
        rowsUntilNanos.values().removeIf(until -> until - now <= 0);
        return lanes.stream().anyMatch(rowsUntilNanos::containsKey);
    }

    /** Notes what ends here; returns the settlements of deliveries that are rows or have to become some. */
    List<Settlement> settle(String lane, List<Settlement> settlements) {
        List<Settlement> rows = new ArrayList<>(0);
        for (Settlement settlement : settlements) {
            JournalEntry entry = moving ? null : live.get(settlement.sequence());
            if (entry == null || !entry.lanes().contains(lane)) {
                rows.add(settlement);
            } else if (settlement.outcome() != Settlement.Outcome.DONE || settlement.nextAttemptMillis() > 0) {
                rows.add(settlement);
                giveRows(lane);
            } else if (entry.lanes().size() > 1) {
                JournalEntry left = entry.without(lane);
                live.put(left.sequence(), left);
                liveBytes += Journal.length(left) - Journal.length(entry);
            } else {
                live.remove(entry.sequence());
                liveBytes -= Journal.length(entry);
                ended.add(entry.sequence());
            }
        }
        return rows;
    }

    private void giveRows(String lane) {
        rowsUntilNanos.put(lane, nanoTime.getAsLong() + ROWS_NANOS);
    }

    /** Tells whether the settlements need any of the events as rows. */
    boolean isAnyOf(List<Settlement> settlements) {
        return !moving && settlements.stream().anyMatch(settlement -> live.containsKey(settlement.sequence()));
    }

    /** Tells whether the events must become rows before the transaction ends. */
    boolean mustMove() {
        if (moving) {
            return false;
        }
        if (live.size() > MAX_EVENTS || liveBytes > MAX_BYTES) {
            giveRows(entry -> true);
            return true;
        }
        return broken || !journal.hasRoom(addedBytes + Journal.length(ended.size()));
    }

    /** Tells whether events have been waiting for their delivery for longer than most. */
    boolean isOld() {
        if (live.isEmpty() || moving) {
            return false;
        }
        long before = nanoTime.getAsLong() - OLD_NANOS;
        boolean old = live.firstEntry().getValue().sinceNanos() - before < 0;
        if (old) {
            giveRows(entry -> entry.sinceNanos() - before < 0);
        }
        return old;
    }

    private void giveRows(Predicate<JournalEntry> which) {
        live.values().stream()
                .filter(which)
                .flatMap(entry -> entry.lanes().stream())
                .distinct()
                .forEach(this::giveRows);
    }

    /** Returns the events that the open transaction makes rows; with it, the token must become this one. */
    List<JournalEntry> move(long newToken) {
        moving = true;
        nextToken = newToken;
        return List.copyOf(live.values());
    }

    boolean isMoving() {
        return moving;
    }

    /** Makes what was added and ended durable; returns false if that is not possible and all must become rows. */
    boolean write() {
        if (moving || (added.isEmpty() && ended.isEmpty())) {
            return true;
        }
        try {
            journal.write(token, added, ended);
            return true;
        } catch (IOException e) {
            log.warn("The journal {} cannot be written, events go to the database alone: {}", journal.file(), e, e);
            broken = true;
            return false;
        }
    }

    /** The transaction is durable, with events up to this sequence. */
    void committed(long last) {
        if (moving) {
            rounds.incrementAndGet(); // first: readers look at it last
            live.clear();
            liveBytes = 0;
            token = nextToken;
            broken = false;
            journal.restart();
        }
        ended.clear();
        forgetTransaction();
        lastSequence = Math.max(lastSequence, last);
    }

    /** The transaction has failed; what it has written to the journal counts no longer once all has moved. */
    void rolledBack() {
        for (JournalEntry entry : added) {
            JournalEntry removed = live.remove(entry.sequence());
            if (removed != null) {
                liveBytes -= Journal.length(removed);
            }
        }
        broken |= !added.isEmpty();
        forgetTransaction();
    }

    private void forgetTransaction() {
        added.clear();
        addedBytes = 0;
        moving = false;
    }

    /** Returns the highest sequence that is durable; for any thread. */
    long lastSequence() {
        return lastSequence;
    }

    /** Returns a number that is another one after events have become rows; for any thread. */
    long round() {
        return rounds.get();
    }

    /** Returns the rows with what the journal has of this lane up to {@code last}, in order; for any thread. */
    Page merge(Page rows, String lane, long after, long last, int maxEvents, long maxBytes) {
        if (after >= last) {
            return rows;
        }
        PageMerge merge = new PageMerge(maxEvents, maxBytes);
        return merge.merge(rows, live.subMap(after, false, last, true).values(), lane, last);
    }

    /** Tells whether all events that have not ended are rows; for any thread. */
    boolean isEmpty() {
        return live.isEmpty();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}

package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.corewebhook.WebhookEvent;
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
 * from the journal. Used by the writer's thread only, but for {@link #visibleUpTo} and {@link #isEmpty}.
 */
final class FreshEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FreshEvents.class);

    private static final int MAX_EVENTS = 1000;
    private static final long MAX_BYTES = 4L << 20;
    private static final long MAX_EVENT_BYTES = 256L << 10;
    private static final long ROWS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Journal journal;
    private final Map<Long, JournalEntry> live = new LinkedHashMap<>();
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
    private long lastSequence;
    private volatile long visibleUpTo;
    private volatile boolean empty = true;

    /**
     * Begins with an empty journal.
     *
     * @param token the token that the database has for it
     * @param lastSequence the highest sequence given so far
     */
    FreshEvents(Journal journal, long token, long lastSequence) {
        this.journal = journal;
        this.token = token;
        this.lastSequence = lastSequence;
        this.visibleUpTo = lastSequence;
    }

    /** Takes an event if it may stay in the journal for now; else it must become a row. */
    boolean add(long sequence, WebhookEvent event, byte[] headers, List<String> lanes) {
        if (moving || broken || lanes.isEmpty() || wantsRows(lanes)) {
            return false;
        }
        JournalEntry entry = new JournalEntry(sequence, event, headers, lanes, System.nanoTime());
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
        long now = System.nanoTime();
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
        rowsUntilNanos.put(lane, System.nanoTime() + ROWS_NANOS);
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
        long before = System.nanoTime() - OLD_NANOS;
        boolean old = live.values().iterator().next().sinceNanos() - before < 0;
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
            live.clear();
            liveBytes = 0;
            token = nextToken;
            broken = false;
            journal.restart();
        }
        ended.clear();
        forgetTransaction();
        lastSequence = Math.max(lastSequence, last);
        empty = live.isEmpty();
        visibleUpTo = live.isEmpty() ? lastSequence : live.keySet().iterator().next() - 1;
    }

    /** The transaction has failed; what it has written to the journal counts no longer once all has moved. */
    void rolledBack() {
        for (JournalEntry entry : added) {
            JournalEntry removed = live.remove(entry.sequence());
            if (removed != null) {
                liveBytes -= Journal.length(removed);
            }
            broken = true;
        }
        forgetTransaction();
    }

    private void forgetTransaction() {
        added.clear();
        addedBytes = 0;
        moving = false;
    }

    /** Returns the sequence up to which all events that have not ended are rows. */
    long visibleUpTo() {
        return visibleUpTo;
    }

    /** Tells whether all events that have not ended are rows. */
    boolean isEmpty() {
        return empty;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}

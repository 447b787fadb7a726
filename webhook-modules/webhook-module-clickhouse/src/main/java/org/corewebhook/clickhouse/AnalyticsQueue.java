package org.corewebhook.clickhouse;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.corewebhook.WebhookEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events that wait to be logged: bounded by count and bytes, those being stored included. Thread-safe. */
final class AnalyticsQueue {

    private static final Logger log = LoggerFactory.getLogger(AnalyticsLogger.class);

    private static final long MAX_BLOCK_BYTES = 4L << 20;
    private static final int OVERHEAD_BYTES = 512;

    private final AnalyticsLogger.Terms terms;
    private final Object lock = new Object();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private int events;
    private long bytes;
    private long dropped;
    private long droppedInBurst;
    private boolean ending;
    private boolean pastEnd;

    AnalyticsQueue(AnalyticsLogger.Terms terms) {
        this.terms = terms;
    }

    /** One event that waits since some nanosecond. */
    record Entry(WebhookEvent event, String label, long bytes, long sinceNanos) {}

    void offer(WebhookEvent event, String label) {
        long size = event.body().length + 2L * event.headers().totalLength() + OVERHEAD_BYTES;
        boolean startsBurst;
        synchronized (lock) {
            if (!ending && events < terms.maxEvents() && bytes + size <= terms.maxBytes()) {
                entries.add(new Entry(event, label, size, System.nanoTime()));
                events++;
                bytes += size;
                if (entries.size() == 1 || entries.size() == terms.rows()) {
                    lock.notifyAll();
                }
                return;
            }
            dropped++;
            startsBurst = droppedInBurst++ == 0;
        }
        if (startsBurst) {
            log.warn(
                    "Events are not logged to ClickHouse: {} events or {} bytes are waiting already, or it is closed",
                    terms.maxEvents(),
                    terms.maxBytes());
        }
    }

    /** Waits until a block is full or its first event has waited long enough; empty at the end. */
    List<Entry> take() {
        synchronized (lock) {
            long left = untilDue();
            while (left > 0) {
                await(left);
                left = untilDue();
            }
            List<Entry> block = new ArrayList<>(Math.min(entries.size(), terms.rows()));
            long size = 0;
            while (!entries.isEmpty() && block.size() < terms.rows() && size < MAX_BLOCK_BYTES) {
                Entry next = entries.removeFirst();
                size += next.bytes();
                block.add(next);
            }
            return block;
        }
    }

    private long untilDue() {
        if (ending || entries.size() >= terms.rows()) {
            return 0;
        }
        Entry first = entries.peekFirst();
        return first == null
                ? Long.MAX_VALUE
                : first.sinceNanos() + terms.delay().toNanos() - System.nanoTime();
    }

    /** Makes room; reports how many were dropped while there was none. */
    void done(List<Entry> block) {
        long droppedBefore;
        synchronized (lock) {
            events -= block.size();
            block.forEach(entry -> bytes -= entry.bytes());
            droppedBefore = droppedInBurst;
            droppedInBurst = 0;
        }
        if (droppedBefore > 0) {
            log.warn("{} events were not logged to ClickHouse while too many were waiting", droppedBefore);
        }
    }

    /** Waits so long; the end cuts it short. */
    void pause(Duration duration) {
        synchronized (lock) {
            long end = System.nanoTime() + duration.toNanos();
            long left = end - System.nanoTime();
            while (left > 0 && !pastEnd) {
                await(left);
                left = end - System.nanoTime();
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // those who call it loop
    private void await(long nanos) {
        try {
            lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            // Nobody but us knows the thread: to interrupt it is to end it.
            ending = true;
            pastEnd = true;
        }
    }

    void drop(int count) {
        synchronized (lock) {
            dropped += count;
        }
    }

    /** From now on nothing is taken in, and what waits is due. */
    void end() {
        synchronized (lock) {
            ending = true;
            lock.notifyAll();
        }
    }

    /** From now on what fails is not repeated. */
    void endNow() {
        synchronized (lock) {
            ending = true;
            pastEnd = true;
            lock.notifyAll();
        }
    }

    boolean isPastEnd() {
        synchronized (lock) {
            return pastEnd;
        }
    }

    long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    int waiting() {
        synchronized (lock) {
            return events;
        }
    }
}

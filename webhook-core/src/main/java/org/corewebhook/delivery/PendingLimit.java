package org.corewebhook.delivery;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the store for all lanes together, and how much may. An event with two destinations counts twice.
 * Thread-safe.
 */
final class PendingLimit {

    private final long maxEvents;
    private final long maxBytes;
    private final Object lock = new Object();
    private final DrainRate drainRate;
    private long events;
    private long bytes;

    PendingLimit(long maxEvents, long maxBytes, Clock clock) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.drainRate = new DrainRate(clock);
    }

    /** Makes room for one event; returns null, or when to try again if there is no room. */
    @Nullable
    Duration reserve(long size) {
        synchronized (lock) {
            if (events >= maxEvents || bytes >= maxBytes) {
                return drainRate.timeFor(Math.max(1, events / 10));
            }
            events++;
            bytes += size;
            return null;
        }
    }

    /** Takes back a reservation. */
    void release(long size) {
        synchronized (lock) {
            events--;
            bytes -= size;
        }
    }

    /** Counts what waits already, whether there is room or not. */
    void found(long count, long size) {
        synchronized (lock) {
            events += count;
            bytes += size;
        }
    }

    /** Notes that events are delivered, or given up. */
    void left(long count, long size) {
        synchronized (lock) {
            events -= count;
            bytes -= size;
            drainRate.left(count);
        }
    }
}

package org.corewebhook.store.jdbc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an instance knows of itself among those that share a database: its number, until when the others leave its work
 * alone, and which lanes it delivers. Thread-safe.
 */
final class Instance {

    private final Duration lease;
    private final ConcurrentHashMap<String, Boolean> lanes = new ConcurrentHashMap<>();
    private final Set<String> turns = ConcurrentHashMap.newKeySet();
    private volatile int number;
    private volatile long safeUntilNanos = System.nanoTime();
    private volatile boolean afresh;
    private volatile boolean taking;

    Instance(Duration lease) {
        this.lease = lease;
    }

    Duration lease() {
        return lease;
    }

    /** Returns the number that rows of this instance carry; another one after it was taken for dead. */
    int number() {
        return number;
    }

    /** Takes a new number; what it had under the last one is not its own any more. */
    void registered(int newNumber) {
        boolean first = number == 0;
        turns.clear();
        number = newNumber;
        afresh = !first;
    }

    /** Notes that the database has begun a lease at this moment, or later. */
    void renewed(long atNanos) {
        // a fifth is for the call that begins at the last moment
        safeUntilNanos = atNanos + lease.toNanos() / 5 * 4;
    }

    /** Notes that something is about to become its own. */
    void takes() {
        taking = true;
    }

    /** Notes that lanes have been told what has become its own. */
    void told() {
        taking = false;
    }

    /** Notes that the database failed: if something may have become its own meanwhile, lanes must read everything. */
    void lostTrack() {
        if (taking) {
            taking = false;
            startAfresh();
        }
    }

    /** Makes lanes read everything. */
    void startAfresh() {
        turns.clear();
        afresh = true;
    }

    /** Returns, once, whether what lanes know is void. */
    boolean startsAfresh() {
        boolean was = afresh;
        if (was) {
            turns.clear();
            afresh = false;
        }
        return was;
    }

    /** Returns whether the lane keeps its order. */
    boolean register(String lane, boolean inOrder) {
        lanes.put(lane, inOrder);
        return inOrder;
    }

    boolean keepsOrder(String lane) {
        return lanes.getOrDefault(lane, false);
    }

    /** Tells whether the lane is configured here and does not keep an order. */
    boolean isRelaxed(String lane) {
        return !lanes.getOrDefault(lane, true);
    }

    /** Returns the lanes that keep their order. */
    Set<String> lanesInOrder() {
        Set<String> inOrder = ConcurrentHashMap.newKeySet();
        lanes.forEach((lane, ordered) -> {
            if (ordered) {
                inOrder.add(lane);
            }
        });
        return inOrder;
    }

    void hasTurn(String lane) {
        turns.add(lane);
    }

    boolean isItsTurn(String lane) {
        return turns.contains(lane);
    }

    boolean mayDeliver(String lane) {
        return safeUntilNanos - System.nanoTime() > 0 && !afresh && (!keepsOrder(lane) || isItsTurn(lane));
    }
}

package org.corewebhook.operations;

import java.util.Arrays;

/**
 * Counts events per slot of equal length and forgets all but the newest slots.
 *
 * <p>Slots lie on multiples of their length, so the newest one is usually not over yet: the sum over n slots covers
 * more than n - 1 and at most n of them. Not thread-safe, and time must not run backwards: the owner sees to both.
 */
final class SlotRing {

    private final int[] counts;
    private final int secondsPerSlot;
    private long newest;

    SlotRing(int slots, int secondsPerSlot, long now) {
        this.counts = new int[slots];
        this.secondsPerSlot = secondsPerSlot;
        this.newest = slotOf(now);
    }

    /** Counts one event in the slot of this second. */
    void add(long now) {
        add(now, 1);
    }

    /** Counts so many events in the slot of this second. */
    void add(long now, int events) {
        advanceTo(now);
        int index = indexOf(newest);
        counts[index] = (int) Math.min(Integer.MAX_VALUE, (long) counts[index] + events);
    }

    /** Returns the number of events in the newest slots, the one of this second included. */
    long sum(long now, int slots) {
        advanceTo(now);
        long sum = 0;
        for (int age = 0; age < slots; age++) {
            sum += counts[indexOf(newest - age)];
        }
        return sum;
    }

    /** Returns in how many seconds the oldest counted event is forgotten, 0 if there is none. */
    long secondsUntilNextIsForgotten(long now) {
        advanceTo(now);
        for (int age = counts.length - 1; age >= 0; age--) {
            if (counts[indexOf(newest - age)] > 0) {
                return (newest - age + counts.length) * secondsPerSlot - now;
            }
        }
        return 0;
    }

    private void advanceTo(long now) {
        long slot = slotOf(now);
        long passed = slot - newest;
        if (passed <= 0) {
            return;
        }
        if (passed >= counts.length) {
            Arrays.fill(counts, 0);
        } else {
            for (long entered = newest + 1; entered <= slot; entered++) {
                counts[indexOf(entered)] = 0;
            }
        }
        newest = slot;
    }

    private long slotOf(long second) {
        return Math.floorDiv(second, secondsPerSlot);
    }

    private int indexOf(long slot) {
        return Math.floorMod(slot, counts.length);
    }
}

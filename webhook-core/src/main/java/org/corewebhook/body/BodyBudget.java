package org.corewebhook.body;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of all bodies in memory, from the first byte read until the event has left, bounded for the whole receiver.
 *
 * <p>Who has proven nothing yet cannot take it all: large bodies of such senders share five eighths, those of one
 * address three eighths, and the last eighth is kept for bodies of up to {@value #SMALL} bytes, so that ordinary
 * webhooks get through while somebody uploads. Thread-safe; ordinary webhooks take no lock, since all requests meet
 * here.
 */
public final class BodyBudget {

    /** Bodies of up to this many bytes may use the whole budget. */
    public static final int SMALL = 64 * 1024;

    private final long totalBytes;
    private final int maxAwaited;
    private final AtomicLong reserved = new AtomicLong();

    /** Guards what strangers hold, and the bodies that are awaited. */
    private final Object lock = new Object();

    private final Map<String, Long> unprovenByAddress = new HashMap<>();
    private long unproven;
    private final Map<String, Integer> awaitedByAddress = new HashMap<>();
    private int awaited;

    /** Makes a budget of so many bytes, for any number of bodies that are slow to arrive. */
    public BodyBudget(long totalBytes) {
        this(totalBytes, Integer.MAX_VALUE);
    }

    /**
     * Makes a budget of so many bytes, for so many bodies at once that were not here in full when they were asked for:
     * each of them holds a thread until it has arrived. Half of them may come from one address.
     */
    public BodyBudget(long totalBytes, int maxAwaited) {
        if (totalBytes < SMALL) {
            throw new IllegalArgumentException("The budget for bodies in memory must be at least " + SMALL + " bytes");
        }
        this.totalBytes = totalBytes;
        this.maxAwaited = maxAwaited;
    }

    /** Returns the default: a quarter of the heap, at least 16 MiB. */
    public static long defaultBytes() {
        return Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 4);
    }

    /** Opens an empty reservation for one body from this client address. */
    public Reservation open(String clientAddress) {
        return new Reservation(clientAddress);
    }

    /** Returns the bytes that are reserved now. */
    public long reservedBytes() {
        return reserved.get();
    }

    /** Returns the bytes that can be reserved in all. */
    public long totalBytes() {
        return totalBytes;
    }

    /** The share of one body; grows while the body is read and is given back once. Used by one thread at a time. */
    public final class Reservation implements AutoCloseable {

        private final String address;
        private long bytes;
        private long countedAsUnproven;
        private boolean proven;
        private boolean handedOver;

        private Reservation(String address) {
            this.address = address;
        }

        /** Takes more bytes, or throws {@link BodyRefusedException} (503) when there are none. */
        void grow(int more) {
            long size = bytes + more;
            boolean large = size > SMALL;
            if (!reserve(more, large ? totalBytes / 8 * 7 : totalBytes)) {
                throw BodyRefusedException.noMemory();
            }
            if (large && !proven && !takeUnproven(size - countedAsUnproven)) {
                reserved.addAndGet(-more);
                throw BodyRefusedException.noMemory();
            }
            bytes = size;
        }

        /**
         * Says that the body has to be waited for, or throws {@link BodyRefusedException} (503) if too many have to.
         */
        void beginWaiting() {
            synchronized (lock) {
                int ofAddress = awaitedByAddress.getOrDefault(address, 0);
                if (awaited >= maxAwaited || ofAddress >= Math.max(1, maxAwaited / 2)) {
                    throw BodyRefusedException.tooManyAwaited();
                }
                awaited++;
                awaitedByAddress.put(address, ofAddress + 1);
            }
        }

        /** Says that the body is not waited for any more. */
        void endWaiting() {
            synchronized (lock) {
                awaited--;
                awaitedByAddress.computeIfPresent(address, (key, held) -> held == 1 ? null : held - 1);
            }
        }

        private boolean takeUnproven(long more) {
            synchronized (lock) {
                long ofAddress = unprovenByAddress.getOrDefault(address, 0L);
                if (unproven + more > totalBytes / 8 * 5 || ofAddress + more > totalBytes / 8 * 3) {
                    return false;
                }
                unproven += more;
                unprovenByAddress.put(address, ofAddress + more);
            }
            countedAsUnproven += more;
            return true;
        }

        /** Gives some bytes back. */
        void shrink(int less) {
            reserved.addAndGet(-less);
            bytes -= less;
        }

        /** Says that the sender has shown a credential: its bytes no longer count against strangers. */
        public void proven() {
            proven = true;
            giveBackUnproven();
        }

        /** Returns the bytes that this body holds. */
        public long bytes() {
            return bytes;
        }

        /** Leaves it to another to give everything back, on any thread; who opened this does not use it any more. */
        public Reservation handOver() {
            handedOver = true;
            return this;
        }

        /** Tells whether another gives everything back. To be asked by who opened this. */
        public boolean isHandedOver() {
            return handedOver;
        }

        /** Gives everything back; a second call does nothing. */
        @Override
        public void close() {
            if (bytes != 0) {
                reserved.addAndGet(-bytes);
                bytes = 0;
            }
            giveBackUnproven();
        }

        private void giveBackUnproven() {
            if (countedAsUnproven == 0) {
                return;
            }
            synchronized (lock) {
                unproven -= countedAsUnproven;
                unprovenByAddress.merge(
                        address, -countedAsUnproven, (held, less) -> held + less == 0 ? null : held + less);
            }
            countedAsUnproven = 0;
        }
    }

    private boolean reserve(int more, long max) {
        long before = reserved.get();
        while (before + more <= max) {
            if (reserved.compareAndSet(before, before + more)) {
                return true;
            }
            before = reserved.get();
        }
        return false;
    }
}

package org.corewebhook.receipt;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.corewebhook.store.Receipt;

/**
 * What was accepted, for a receiver without a store. Bounded: beyond the limit the oldest are forgotten, even if their
 * window has not ended. Thread-safe.
 *
 * <p>Not a cache of Caffeine: that keeps what is asked for often and may drop what has just come in, which is what a
 * sender is most likely to repeat.
 */
final class AcceptedReceipts {

    /** About what one entry takes. */
    private static final int BYTES = 200;

    private static final int MAX = 1_000_000;

    private final int max;
    private final Object lock = new Object();
    private final Map<String, Long> expiries = new LinkedHashMap<>();

    AcceptedReceipts(int max) {
        this.max = max;
    }

    /** Remembers up to a million receipts, or as many as fit into a sixteenth of the heap. */
    static AcceptedReceipts inProportionToTheHeap() {
        return new AcceptedReceipts((int) Math.min(MAX, Runtime.getRuntime().maxMemory() / 16 / BYTES));
    }

    boolean contains(String key, long nowMillis) {
        synchronized (lock) {
            Long expiry = expiries.get(key);
            return expiry != null && expiry > nowMillis;
        }
    }

    void add(Receipt receipt, long nowMillis) {
        synchronized (lock) {
            expiries.remove(receipt.key()); // an expired one would keep its place in the order
            expiries.put(receipt.key(), receipt.expiresAtMillis());
            Iterator<Long> oldest = expiries.values().iterator();
            while (oldest.hasNext() && (oldest.next() <= nowMillis || expiries.size() > max)) {
                oldest.remove();
            }
        }
    }

    int size() {
        synchronized (lock) {
            return expiries.size();
        }
    }
}

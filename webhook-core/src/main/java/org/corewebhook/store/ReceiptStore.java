package org.corewebhook.store;

/**
 * Remembers receipts over restarts and, if instances share the store, among them.
 *
 * <p>A receipt is claimed while its event is being accepted, and then completed, or released so that the sender's retry
 * is not taken for a duplicate. The claim of an instance that has died ends with its lease. Claims of the same key
 * within one instance never overlap: the caller sees to that. All methods are thread-safe.
 */
public interface ReceiptStore {

    /**
     * Claims a receipt, durably.
     *
     * @param leaseUntilMillis when the claim ends if it is neither completed nor released
     * @return {@code NEW} if it is claimed now
     */
    Receipt.Standing claim(Receipt receipt, long nowMillis, long leaseUntilMillis) throws StoreException;

    /** Notes that what the receipt stands for was accepted; returns at once, the note is written soon. */
    void complete(Receipt receipt);

    /** Takes a claim back; returns at once, the note is written soon. */
    void release(Receipt receipt);
}

package org.corewebhook.store.jdbc;

import java.sql.SQLException;
import org.corewebhook.store.Receipt;

/** The claim of a receipt that somebody waits for. */
final class ReceiptClaim extends Work.Awaited {

    private final Receipt receipt;
    private final long claimant;
    private final long nowMillis;
    private final long leaseUntilMillis;
    private Receipt.Standing standing = Receipt.Standing.IN_FLIGHT;

    ReceiptClaim(Receipt receipt, long claimant, long nowMillis, long leaseUntilMillis) {
        this.receipt = receipt;
        this.claimant = claimant;
        this.nowMillis = nowMillis;
        this.leaseUntilMillis = leaseUntilMillis;
    }

    @Override
    public void write(Transaction transaction) throws SQLException {
        standing = transaction.receipts().claim(receipt, claimant, nowMillis, leaseUntilMillis);
    }

    /** Returns where the receipt stands; known when it is committed. */
    Receipt.Standing standing() {
        return standing;
    }

    @Override
    public long bytes() {
        return 100;
    }
}

package org.corewebhook.store.jdbc;

import java.sql.SQLException;
import org.corewebhook.store.Receipt;

/**
 * What became of a claimed receipt.
 *
 * @param receipt the receipt
 * @param claimant who has claimed it
 * @param accepted it is completed, else released
 */
record ReceiptNote(Receipt receipt, long claimant, boolean accepted) implements Work.Note {

    @Override
    public void write(Transaction transaction) throws SQLException {
        if (accepted) {
            transaction.receipts().complete(receipt);
        } else {
            transaction.receipts().release(receipt, claimant);
        }
    }

    @Override
    public void committed() {}

    @Override
    public long bytes() {
        return 100;
    }
}

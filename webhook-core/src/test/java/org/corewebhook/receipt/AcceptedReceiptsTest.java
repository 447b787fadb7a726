package org.corewebhook.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import org.corewebhook.store.Receipt;
import org.junit.jupiter.api.Test;

class AcceptedReceiptsTest {

    @Test
    void forgetsTheOldestWhenItIsFull() {
        AcceptedReceipts receipts = new AcceptedReceipts(3);
        for (int i = 0; i < 5; i++) {
            receipts.add(new Receipt("k" + i, 1000), 0);
        }
        assertThat(receipts.size()).isEqualTo(3);
        assertThat(receipts.contains("k1", 0)).isFalse();
        assertThat(receipts.contains("k2", 0)).isTrue();
        assertThat(receipts.contains("k4", 0)).isTrue();
    }

    @Test
    void givesTheMemoryOfExpiredReceiptsBack() {
        AcceptedReceipts receipts = new AcceptedReceipts(100);
        for (int i = 0; i < 50; i++) {
            receipts.add(new Receipt("k" + i, 1000), 0);
        }
        receipts.add(new Receipt("later", 3000), 1000);
        assertThat(receipts.size()).isEqualTo(1);
        assertThat(receipts.contains("k1", 1000)).isFalse();
    }

    @Test
    void remembersAReceiptAnewThatHadExpired() {
        AcceptedReceipts receipts = new AcceptedReceipts(2);
        receipts.add(new Receipt("a", 10), 0);
        receipts.add(new Receipt("b", 1000), 0);
        receipts.add(new Receipt("a", 1000), 20);
        receipts.add(new Receipt("c", 1000), 20);
        assertThat(receipts.contains("a", 20)).isTrue();
        assertThat(receipts.contains("b", 20)).isFalse();
    }
}

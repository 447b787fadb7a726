package org.corewebhook.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebSocketMemoryTest {

    private static final int EVENTS = Integer.getInteger("events", 25_600);
    private static final int THREADS = 64;

    @Test
    void usesNoMoreMemoryAfterTheSecondHalfOfManyEvents() throws Exception {
        Peer peer = Peer.shared();
        String channel = Peer.newChannel();
        try (Senders senders = new Senders(Map.of("url", peer.url(channel + "?sync=0")), 1000)) {
            senders.sendWhile(THREADS, () -> senders.sent() < EVENTS / 2);
            long afterTheFirstHalf = usedHeap();
            senders.sendWhile(THREADS, () -> senders.sent() < EVENTS);
            long afterTheSecondHalf = usedHeap();

            assertThat(senders.accepted()).hasSizeGreaterThanOrEqualTo(EVENTS);
            assertThat(afterTheSecondHalf).isLessThan(afterTheFirstHalf * 12 / 10);
        }
        assertThat(peer.messages(channel)).hasSizeGreaterThanOrEqualTo(EVENTS);
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}

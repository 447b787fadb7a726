package org.corewebhook.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebSocketMemoryTest {

    private static final int EVENTS = Integer.getInteger("events", 25_600);
    private static final int THREADS = 64;

    /** Others are sent for those that were refused, but not for ever. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Bytes that the test itself keeps of each event that was accepted. */
    private static final long NOTES_OF_THE_TEST = 64;

    @Test
    void usesNoMoreMemoryAfterTheSecondHalfOfManyEvents() throws Exception {
        Peer peer = Peer.shared();
        String channel = Peer.newChannel();
        try (Senders senders = new Senders(
                Map.of("url", peer.url(channel + "?sync=0"), "timeout", "1m"), 1000, Duration.ofMinutes(1))) {
            sendUntil(senders, EVENTS / 2);
            long afterTheFirstHalf = usedHeap();
            sendUntil(senders, EVENTS);
            long afterTheSecondHalf = usedHeap();

            assertThat(senders.accepted()).hasSizeGreaterThanOrEqualTo(EVENTS);
            assertThat(afterTheSecondHalf - NOTES_OF_THE_TEST * EVENTS / 2).isLessThan(afterTheFirstHalf * 12 / 10);
        }
        assertThat(peer.count(channel)).isGreaterThanOrEqualTo(EVENTS);
    }

    private static void sendUntil(Senders senders, int accepted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        senders.sendWhile(THREADS, () -> senders.accepted().size() < accepted && System.nanoTime() < deadline);
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

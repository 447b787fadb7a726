package org.corewebhook.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaMemoryTest {

    private static final int EVENTS = Integer.getInteger("events", 25_600);

    /** Bytes that the test itself keeps of each event that was accepted. */
    private static final long NOTES_OF_THE_TEST = 64;

    @Test
    void manyEventsLeaveNothingBehind() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        Map<String, ?> connection = Map.of("type", "kafka", "bootstrap_servers", broker.address(), "timeout", "1m");
        try (Senders senders = new Senders(connection, broker.newTopic(), 64, 1024, Duration.ofMinutes(1))) {
            Senders.awaitAll(senders.send(EVENTS / 2, () -> false));
            long afterTheFirstHalf = usedBytes();
            Senders.awaitAll(senders.send(EVENTS / 2, () -> false));
            long afterTheSecondHalf = usedBytes();

            assertThat(senders.accepted()).hasSize(EVENTS);
            assertThat(afterTheSecondHalf - NOTES_OF_THE_TEST * EVENTS / 2).isLessThan(afterTheFirstHalf * 12 / 10);
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}

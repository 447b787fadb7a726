package org.corewebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventIdsTest {

    private final EventIds ids = new EventIds();

    @Test
    void makesUuidsOfVersion7ThatHoldTheTime() {
        UUID id = UUID.fromString(ids.next(1_700_000_000_123L));
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(1_700_000_000_123L);
    }

    @Test
    void eachIsGreaterThanTheOneBeforeAlsoWithinAMillisecondAndWhenTheClockGoesBack() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(ids.next(i < 5_000 ? 1_000_000 : 999_000));
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void areUniqueAcrossThreads() {
        ConcurrentLinkedQueue<String> made = new ConcurrentLinkedQueue<>();
        IntStream.range(0, 50_000).parallel().forEach(i -> made.add(ids.next(1_000_000)));
        assertThat(made).doesNotHaveDuplicates();
    }
}

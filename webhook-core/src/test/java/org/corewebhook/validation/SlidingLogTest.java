package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SlidingLogTest {

    @Property
    void agreesWithAListOfTimes(
            @ForAll @IntRange(min = 1, max = 50) int maxRequests,
            @ForAll @IntRange(min = 1, max = 1000) int window,
            @ForAll @Size(max = 300) List<@IntRange(max = 40) Integer> steps) {
        SlidingLog log = new SlidingLog(maxRequests, window);
        List<Long> model = new ArrayList<>();
        long now = 1_000_000;
        for (int step : steps) {
            now += step;
            long current = now;
            model.removeIf(time -> time <= current - window);
            long expected = model.size() < maxRequests ? 0 : model.get(0) + window - now;
            if (expected == 0) {
                model.add(now);
            }
            assertThat(log.tryAdd(now)).isEqualTo(expected);
        }
    }

    @Test
    void growsOnlyWithUse() {
        SlidingLog log = new SlidingLog(1_000_000, 60_000);
        assertThat(log.capacity()).isEqualTo(16);
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(log.tryAdd(i / 1000)).isZero();
        }

        assertThat(log.capacity()).isEqualTo(1_000_000);
        assertThat(log.tryAdd(1000)).isEqualTo(59_000);
        assertThat(log.capacity()).isEqualTo(1_000_000);
    }

    @Test
    void keepsCountingWhenTheClockIsSetBackALittle() {
        SlidingLog log = new SlidingLog(2, 1000);

        assertThat(log.tryAdd(10_000)).isZero();
        assertThat(log.tryAdd(9_500)).isZero();
        assertThat(log.tryAdd(9_500)).isEqualTo(1000);
        assertThat(log.tryAdd(11_000)).isZero();
    }

    @Test
    void startsAgainWhenTheClockIsSetBackByMoreThanAWindow() {
        SlidingLog log = new SlidingLog(1, 1000);

        assertThat(log.tryAdd(1_000_000)).isZero();
        assertThat(log.tryAdd(5_000)).isZero();
        assertThat(log.tryAdd(5_001)).isEqualTo(999);
    }
}

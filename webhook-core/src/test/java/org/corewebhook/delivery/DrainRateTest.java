package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.corewebhook.TestClock;
import org.junit.jupiter.api.Test;

class DrainRateTest {

    private final TestClock clock = new TestClock();
    private final DrainRate rate = new DrainRate(clock);

    @Test
    void saysFiveMinutesWhenNothingLeaves() {
        assertThat(rate.timeFor(1)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void tellsTheTimeFromWhatLeftInTheLastSeconds() {
        leavePerSecond(10, 12);

        assertThat(rate.timeFor(100)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
        assertThat(rate.timeFor(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(rate.timeFor(1_000_000)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void isNotMisledByAnIdleHour() {
        leavePerSecond(10, 6);
        clock.advance(Duration.ofHours(1));
        leavePerSecond(10, 3);

        assertThat(rate.timeFor(100)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(14));
    }

    @Test
    void forgetsTheRateWhenNothingLeavesAnyMore() {
        leavePerSecond(10, 12);
        clock.advance(Duration.ofSeconds(30));

        assertThat(rate.timeFor(100)).isEqualTo(Duration.ofMinutes(5));
    }

    private void leavePerSecond(int events, int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(Duration.ofSeconds(1));
            rate.left(events);
        }
    }
}

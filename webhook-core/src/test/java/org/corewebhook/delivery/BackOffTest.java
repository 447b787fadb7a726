package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.corewebhook.RetryPolicy;
import org.corewebhook.TestClock;
import org.corewebhook.spi.DeliveryException;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final DeliveryException down = DeliveryException.retryable("down", null);

    private final TestClock clock = new TestClock();
    private final BackOff backOff = new BackOff(
            new RetryPolicy(99, Duration.ofSeconds(4), Duration.ofMinutes(5), 2, Duration.ofDays(1)), clock);

    @Test
    void countsCallsThatFailTogetherAsOne() {
        int together = backOff.round();
        for (int i = 0; i < 8; i++) {
            assertThat(backOff.failed(down, true, together)).isNull();
        }
        assertThat(backOff.isSuspicious()).isFalse();

        int next = backOff.round();
        assertThat(backOff.failed(down, true, next)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        for (int i = 0; i < 7; i++) {
            assertThat(backOff.failed(down, true, next)).isNull();
        }
        assertThat(backOff.left()).isLessThanOrEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void isNotBegunByAnEventThatFailsAgain() {
        backOff.failed(down, true, backOff.round());
        for (int i = 0; i < 10; i++) {
            assertThat(backOff.failed(down, false, backOff.round())).isNull();
        }
        assertThat(backOff.isOn()).isFalse();
    }

    @Test
    void growsWithFirstAttemptsOnly() {
        for (int i = 0; i < 4; i++) {
            backOff.failed(down, true, backOff.round());
        }
        assertThat(backOff.left()).isBetween(Duration.ofSeconds(12), Duration.ofSeconds(16));

        clock.advance(Duration.ofSeconds(16));
        backOff.resume();
        backOff.failed(down, false, backOff.round());
        assertThat(backOff.left()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(backOff.end()).isTrue();
        assertThat(backOff.isOn()).isFalse();
    }
}

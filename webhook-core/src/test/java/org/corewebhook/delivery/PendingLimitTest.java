package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.corewebhook.TestClock;
import org.junit.jupiter.api.Test;

class PendingLimitTest {

    private final TestClock clock = new TestClock();

    @Test
    void refusesTheEventThatIsOneTooManyUntilAnotherHasLeft() {
        PendingLimit limit = new PendingLimit(2, Long.MAX_VALUE, clock);
        assertThat(limit.reserve(1)).isNull();
        assertThat(limit.reserve(1)).isNull();
        assertThat(limit.reserve(1)).isEqualTo(Duration.ofMinutes(5));

        limit.left(1, 1);
        assertThat(limit.reserve(1)).isNull();
        assertThat(limit.reserve(1)).as("one has left just now").isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void countsBytesAndWhatAnEarlierRunHasLeft() {
        PendingLimit limit = new PendingLimit(100, 1000, clock);
        limit.found(3, 999);
        assertThat(limit.reserve(5000)).as("begun within the limit").isNull();
        assertThat(limit.reserve(1)).isNotNull();
        limit.release(5000);
        assertThat(limit.reserve(1)).isNull();
    }
}

package org.corewebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TestClockTest {

    @Test
    void standsStillUntilItIsAdvanced() {
        TestClock clock = new TestClock();

        assertThat(clock.instant()).isEqualTo(TestClock.START).isEqualTo(clock.instant());
        clock.advance(Duration.ofSeconds(90));
        assertThat(clock.instant()).isEqualTo(TestClock.START.plusSeconds(90));
        clock.advance(Duration.ofSeconds(-100));
        assertThat(clock.instant()).isEqualTo(TestClock.START.minusSeconds(10));
    }

    @Test
    void advancesTogetherWithItselfInAnotherZone() {
        TestClock utc = new TestClock(Instant.EPOCH);
        TestClock tokyo = utc.withZone(ZoneId.of("Asia/Tokyo"));

        utc.advance(Duration.ofHours(1));

        assertThat(tokyo.instant()).isEqualTo(Instant.EPOCH.plusSeconds(3600));
        assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThat(utc.getZone()).isEqualTo(ZoneOffset.UTC);
    }
}

package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryTimesTest {

    private static final long NOTHING = Long.MAX_VALUE;

    private final RetryTimes times = new RetryTimes();

    @Test
    void plansTheFirstTimeOnce() {
        times.add(200);
        assertThat(times.plan(0)).isEqualTo(200);
        assertThat(times.plan(0)).isEqualTo(NOTHING);
        times.add(300);
        assertThat(times.plan(0)).isEqualTo(NOTHING);
        times.add(100);
        assertThat(times.plan(0)).isEqualTo(100);
    }

    @Test
    void plansAgainWhenThePlannedMomentHasCome() {
        times.add(100);
        times.plan(0);
        times.lookBegins();
        times.planned(100);
        times.add(250);
        assertThat(times.isDue(249)).isFalse();
        assertThat(times.plan(100)).isEqualTo(250);
    }

    @Test
    void plansNothingThatIsDueAlready() {
        times.add(100);
        assertThat(times.isDue(100)).isTrue();
        assertThat(times.plan(100)).isEqualTo(NOTHING);
    }

    @Test
    void keepsWhatIsWrittenWhileALookIsOnItsWay() {
        times.add(100);
        times.lookBegins();
        assertThat(times.isEmpty()).isTrue();
        times.add(150);
        times.add(NOTHING);
        assertThat(times.isDue(150)).isTrue();
    }
}

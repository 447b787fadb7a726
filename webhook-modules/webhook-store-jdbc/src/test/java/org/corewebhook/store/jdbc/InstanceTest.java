package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InstanceTest {

    private static final Duration LEASE = Duration.ofHours(5);

    private final Instance instance = new Instance(LEASE);

    @Test
    void deliversNothingBeforeItHasALease() {
        assertThat(instance.mayDeliver("a/b")).isFalse();
    }

    @Test
    void stopsAFifthOfTheLeaseBeforeItEnds() {
        instance.registered(1);
        instance.renewed(System.nanoTime() - Duration.ofMinutes(239).toNanos());
        assertThat(instance.mayDeliver("a/b")).isTrue();
        instance.renewed(System.nanoTime() - Duration.ofMinutes(241).toNanos());
        assertThat(instance.mayDeliver("a/b")).isFalse();
    }

    @Test
    void deliversALaneInOrderOnlyWhenItIsItsTurn() {
        instance.registered(1);
        instance.renewed(System.nanoTime());
        instance.register("a/strict", true);
        assertThat(instance.mayDeliver("a/strict")).isFalse();
        instance.hasTurn("a/strict");
        assertThat(instance.mayDeliver("a/strict")).isTrue();
    }

    @Test
    void deliversNothingUnderANewNumberUntilLanesHaveForgottenTheOldOne() {
        instance.registered(1);
        instance.renewed(System.nanoTime());
        instance.register("a/strict", true);
        instance.hasTurn("a/strict");
        instance.registered(2);
        assertThat(instance.mayDeliver("a/b")).isFalse();
        assertThat(instance.startsAfresh()).isTrue();
        assertThat(instance.mayDeliver("a/b")).isTrue();
        assertThat(instance.mayDeliver("a/strict"))
                .as("the turn has to come again")
                .isFalse();
        assertThat(instance.startsAfresh()).as("only once").isFalse();
    }

    @Test
    void readsEverythingAgainOnlyIfAFailureCameWhileItWasTakingOver() {
        instance.registered(1);
        instance.lostTrack();
        assertThat(instance.startsAfresh()).isFalse();
        instance.takes();
        instance.lostTrack();
        assertThat(instance.startsAfresh()).isTrue();
        instance.takes();
        instance.told();
        instance.lostTrack();
        assertThat(instance.startsAfresh()).isFalse();
    }
}

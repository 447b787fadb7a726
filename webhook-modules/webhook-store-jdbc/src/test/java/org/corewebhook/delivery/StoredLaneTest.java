package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.corewebhook.RetryPolicy;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredLaneTest {

    @TempDir
    private Path folder;

    private StoredLaneFixture lane;

    @BeforeEach
    void prepare() {
        lane = new StoredLaneFixture(folder.resolve("events.db"));
    }

    @AfterEach
    void close() {
        lane.close();
    }

    @Test
    void deliversInOrderOfArrivalAndForgetsWhatIsDelivered() throws Exception {
        lane.start();
        for (String id : List.of("a", "b", "c")) {
            lane.accept(id);
        }
        lane.run();

        assertThat(lane.destination.delivered).containsExactly("a", "b", "c");
        assertThat(lane.store().find(DeliveryFilter.all(10))).isEmpty();
        assertThat(lane.lane().pending()).isZero();
        assertThat(lane.memory.used().get()).isZero();
    }

    @Test
    void triesAFailedEventAgainLaterWithoutHoldingUpTheOthers() throws Exception {
        lane.start();
        lane.destination.fail("a");
        lane.accept("a");
        lane.accept("b");
        lane.run();
        assertThat(lane.destination.delivered).containsExactly("b");

        lane.destination.deliverAgain();
        lane.advance(Duration.ofMillis(700));
        assertThat(lane.destination.delivered).as("not before its time").containsExactly("b");
        lane.advance(Duration.ofMillis(300));
        assertThat(lane.destination.delivered).containsExactly("b", "a");
        assertThat(lane.lane().pending()).isZero();
    }

    @Test
    void keepsTheRetryScheduleOverRestarts() throws Exception {
        lane.retry = new RetryPolicy(3, Duration.ofSeconds(100), Duration.ofSeconds(400), 2, Duration.ofHours(1));
        lane.start();
        lane.destination.failAll();
        lane.accept("a");
        lane.run();
        lane.restart();
        lane.run();
        assertThat(lane.destination.calls).hasSize(1);

        lane.advance(Duration.ofSeconds(100));
        assertThat(lane.destination.calls).hasSize(2);
        lane.restart();
        // the second attempt came 75 to 100 s after the first, the third comes 150 to 200 s after that
        lane.advance(Duration.ofSeconds(124));
        assertThat(lane.destination.calls)
                .as("200 s later, less a quarter at most")
                .hasSize(2);
        lane.advance(Duration.ofSeconds(76));
        assertThat(lane.destination.calls).hasSize(3);
        assertThat(lane.store().find(DeliveryFilter.all(10).in(DeliveryState.DEAD)))
                .extracting(DeliveryView::attempts)
                .containsExactly(3);
    }

    @Test
    void makesADeadLetterWithEveryAttemptOfWhatFailsTooOften() throws Exception {
        lane.start();
        lane.destination.failAll();
        lane.accept("a");
        Instant first = lane.clock.instant();
        lane.advance(Duration.ofMinutes(5));

        EventView letter = lane.store().event("a").orElseThrow();
        assertThat(letter.deliveries()).extracting(DeliveryView::state).containsExactly(DeliveryState.DEAD);
        assertThat(letter.attempts())
                .hasSize(5)
                .allMatch(attempt -> attempt.error().equals("down"));
        assertThat(letter.attempts().get(0).at()).isEqualTo(first);
        assertThat(letter.attempts()).extracting(EventView.FailedAttempt::at).isSorted();
        assertThat(lane.lane().pending()).isZero();
        assertThat(lane.lane().health().failed()).isEqualTo(1);
    }

    @Test
    void givesUpAtOnceWhatIsRefusedForGood() throws Exception {
        lane.start();
        lane.destination.refuse("a");
        lane.accept("a");
        lane.accept("b");
        lane.run();

        assertThat(lane.destination.delivered).containsExactly("b");
        assertThat(lane.destination.calls).hasSize(2);
        assertThat(lane.store().event("a").orElseThrow().attempts()).hasSize(1);
    }

    @Test
    void replaysDeadLettersWithAFreshCountOfAttempts() throws Exception {
        lane.start();
        lane.destination.refuse("a");
        lane.accept("a");
        lane.run();
        lane.destination.deliverAgain();
        lane.replay(DeliveryFilter.all(10));
        assertThat(lane.lane().pending()).isEqualTo(1);
        lane.run();

        assertThat(lane.destination.delivered).containsExactly("a");
        assertThat(lane.lane().pending()).isZero();
        assertThat(lane.store().event("a")).isEmpty();
    }

    @Test
    void beginsNoCallWhilePaused() throws Exception {
        lane.start();
        lane.lane().pause(true);
        lane.accept("a");
        lane.advance(Duration.ofMinutes(1));
        assertThat(lane.destination.calls).isEmpty();
        assertThat(lane.lane().health().state()).isEqualTo("paused");

        lane.lane().pause(false);
        lane.run();
        assertThat(lane.destination.delivered).containsExactly("a");
    }

    @Test
    void deliversABacklogInBatchesAsLargeAsTheModuleLikes() throws Exception {
        lane.destination.maxBatch = 10;
        lane.start();
        lane.lane().pause(true);
        for (int i = 0; i < 35; i++) {
            lane.accept("e" + i);
        }
        lane.lane().pause(false);
        lane.run();

        assertThat(lane.destination.calls).extracting(List::size).containsExactly(10, 10, 10, 5);
        assertThat(lane.destination.delivered)
                .containsExactlyElementsOf(
                        IntStream.range(0, 35).mapToObj(i -> "e" + i).toList());
    }

    @Test
    void takesABacklogOfAnyLengthUpWithBoundedMemory() throws Exception {
        lane.start();
        lane.destination.failAll();
        for (int i = 0; i < 3000; i++) {
            lane.accept("e" + i);
        }
        lane.run();
        assertThat(lane.memory.used().get())
                .as("bytes of a thousand events at most")
                .isLessThan(1000 * 600);
        lane.restart();
        lane.destination.deliverAgain();
        lane.advance(Duration.ofMinutes(2));

        assertThat(lane.destination.delivered).hasSize(3000).doesNotHaveDuplicates();
        assertThat(lane.lane().pending()).isZero();
    }

    @Test
    void backsOffAsAWholeWhenTheDestinationIsDownAndGoesOnWhenItIsBack() throws Exception {
        lane.start();
        lane.destination.failAll();
        for (int i = 0; i < 100; i++) {
            lane.accept("e" + i);
        }
        lane.run();
        assertThat(lane.destination.calls)
                .as("two failures in a row are enough")
                .hasSize(2);
        assertThat(lane.lane().health().state()).isEqualTo("backing_off");
        lane.advance(Duration.ofSeconds(20));
        assertThat(lane.destination.calls).hasSizeLessThan(20);

        lane.destination.deliverAgain();
        lane.advance(Duration.ofMinutes(2));
        assertThat(lane.destination.delivered).hasSize(100);
    }

    @Test
    void neverBacksOffBecauseOfOneEventThatFailsAgainAndAgain() throws Exception {
        lane.start();
        lane.destination.fail("poison");
        lane.accept("poison");
        lane.advance(Duration.ofSeconds(5));
        assertThat(lane.destination.calls).hasSizeGreaterThan(2);

        lane.accept("other");
        lane.run();
        assertThat(lane.destination.delivered).containsExactly("other");
    }

    @Test
    void holdsAllOthersUpInStrictOrderUntilTheFirstIsDeliveredOrGivenUp() throws Exception {
        lane.strict = true;
        lane.start();
        lane.destination.fail("a");
        for (String id : List.of("a", "b", "c")) {
            lane.accept(id);
        }
        lane.advance(Duration.ofMillis(500));
        assertThat(lane.destination.calls).containsExactly(List.of("a"));
        lane.restart();
        lane.accept("d");
        lane.run();
        assertThat(lane.destination.calls)
                .as("nothing overtakes after a restart")
                .hasSize(1);

        lane.advance(Duration.ofMinutes(5));
        assertThat(lane.destination.calls.subList(0, 5)).containsOnly(List.of("a"));
        assertThat(lane.destination.delivered).as("a is a dead letter by now").containsExactly("b", "c", "d");
        lane.destination.deliverAgain();
        lane.replay(DeliveryFilter.all(10));
        lane.run();
        assertThat(lane.destination.delivered).endsWith("a");
    }

    @Test
    void replaysInStrictOrderOneAfterTheOther() throws Exception {
        lane.strict = true;
        lane.start();
        lane.destination.refuse("a", "b", "c");
        for (String id : List.of("a", "b", "c")) {
            lane.accept(id);
        }
        lane.run();
        lane.destination.fail("a");
        lane.replay(DeliveryFilter.all(10));
        lane.run();
        lane.restart();
        lane.run();
        assertThat(lane.destination.delivered).isEmpty();
        lane.destination.deliverAgain();
        lane.advance(Duration.ofSeconds(10));

        assertThat(lane.destination.delivered).containsExactly("a", "b", "c");
    }

    @Test
    void stopsOnlyTheKeyOfAnEventThatFails() throws Exception {
        lane.maxInFlight = 4;
        lane.start();
        lane.destination.fail("a1");
        accept(1, "a1", "a2", "a3");
        accept(2, "b1", "b2");
        accept(EventStore.NO_KEY, "c");
        lane.run();
        assertThat(lane.destination.delivered).containsExactlyInAnyOrder("b1", "b2", "c");
        assertThat(states()).containsExactlyInAnyOrder(DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.HELD);

        lane.destination.deliverAgain();
        lane.advance(Duration.ofSeconds(1));
        assertThat(lane.destination.delivered).endsWith("a1", "a2", "a3");
        assertThat(lane.lane().pending()).isZero();
    }

    @Test
    void deliversTheNextOfAKeyWhenTheOneBeforeIsADeadLetter() throws Exception {
        lane.start();
        lane.destination.refuse("a1");
        accept(1, "a1", "a2");
        lane.run();

        assertThat(lane.destination.delivered).containsExactly("a2");
    }

    @Test
    void keepsTheOrderOfAKeyOverRestarts() throws Exception {
        lane.start();
        lane.destination.fail("a1");
        accept(1, "a1", "a2");
        accept(2, "b1");
        lane.run();
        lane.restart();
        accept(1, "a3");
        lane.run();
        assertThat(lane.destination.delivered).containsExactly("b1");
        lane.restart();
        lane.destination.deliverAgain();
        lane.advance(Duration.ofSeconds(1));

        assertThat(lane.destination.delivered).containsExactly("b1", "a1", "a2", "a3");
        assertThat(lane.lane().pending()).isZero();
    }

    @Test
    void replaysDeadLettersOfAKeyInOrderAndNotBesideItsOthers() throws Exception {
        lane.maxInFlight = 4;
        lane.start();
        lane.destination.refuse("a1", "a2");
        accept(1, "a1", "a2");
        lane.run();
        lane.destination.fail("a3");
        accept(1, "a3", "a4");
        lane.run();
        lane.replay(DeliveryFilter.all(10));
        lane.run();
        assertThat(lane.destination.delivered).as("a3 is being tried").isEmpty();
        lane.destination.deliverAgain();
        lane.advance(Duration.ofSeconds(1));

        assertThat(lane.destination.delivered).containsExactly("a3", "a1", "a2", "a4");
    }

    @Test
    void holdsThousandsOfEventsBehindAPoisonedKeyInTheStoreOnly() throws Exception {
        lane.start();
        lane.destination.fail("poison");
        lane.accept("poison", 7);
        lane.run();
        for (int i = 0; i < 2000; i++) {
            lane.accept("held" + i, 7);
        }
        lane.accept("other", 8);
        lane.run();
        assertThat(lane.destination.delivered).containsExactly("other");
        assertThat(lane.memory.used().get()).isZero();
        lane.restart();
        lane.accept("another", 9);
        lane.run();
        assertThat(lane.destination.delivered).containsExactly("other", "another");
        assertThat(lane.memory.used().get()).isZero();
        assertThat(lane.lane().pending()).isEqualTo(2001);
    }

    @Test
    void refusesEventsWhenTooManyWaitAndSaysWhenToComeAgain() throws Exception {
        lane.maxPending = 10;
        lane.start();
        lane.lane().pause(true);
        for (int i = 0; i < 10; i++) {
            assertThat(lane.accept("e" + i)).isNull();
        }
        assertThat(lane.accept("more")).as("nothing is leaving").isEqualTo(Duration.ofMinutes(5));

        lane.lane().pause(false);
        lane.run();
        assertThat(lane.accept("more")).isNull();
    }

    @Test
    void refusesEventsWhenTooManyBytesWait() throws Exception {
        lane.maxPendingBytes = 20;
        lane.start();
        lane.lane().pause(true);
        assertThat(lane.accept("a")).isNull();
        assertThat(lane.accept("b")).isNull();
        assertThat(lane.accept("c")).isNotNull();
        lane.restart();
        assertThat(lane.accept("c")).as("what waits is counted over a restart").isNotNull();
        lane.run();
        assertThat(lane.accept("c")).isNull();
    }

    @Test
    void startsOneWorkerAfterTheOtherAndNoMoreThanCalls() throws Exception {
        lane.maxInFlight = 2;
        lane.start();
        List<Integer> waitingInCall = new ArrayList<>();
        lane.destination.failure = id -> {
            waitingInCall.add(lane.waitingWorkers());
            if (waitingInCall.size() == 1) {
                lane.runOneWorker();
            }
            return null;
        };
        for (int i = 0; i < 10; i++) {
            lane.accept("e" + i);
        }
        assertThat(lane.waitingWorkers()).as("before the first has begun").isEqualTo(1);
        lane.run();
        assertThat(waitingInCall.subList(0, 2))
                .as("in the first and the second call at once")
                .containsExactly(1, 0);
        assertThat(lane.destination.delivered).hasSize(10);
    }

    @Test
    void asksForAThreadAgainWhenTheSystemHadNone() throws Exception {
        lane.start();
        lane.noThreads = true;
        lane.accept("a");
        lane.run();
        assertThat(lane.destination.delivered).isEmpty();

        lane.noThreads = false;
        lane.advance(Duration.ofSeconds(1));
        assertThat(lane.destination.delivered).containsExactly("a");
    }

    private void accept(long key, String... ids) throws Exception {
        for (String id : ids) {
            lane.accept(id, key);
        }
    }

    private List<DeliveryState> states() throws Exception {
        List<DeliveryState> states = new ArrayList<>();
        lane.store().find(DeliveryFilter.all(100)).forEach(view -> states.add(view.state()));
        return states;
    }
}

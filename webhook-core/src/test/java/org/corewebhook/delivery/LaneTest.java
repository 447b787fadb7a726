package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.Acknowledge;
import org.corewebhook.Headers;
import org.corewebhook.RetryPolicy;
import org.corewebhook.TestClock;
import org.corewebhook.WebhookEvent;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.spi.DeliveryException;
import org.junit.jupiter.api.Test;

class LaneTest {

    private static final RetryPolicy SECONDS_APART =
            new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(60), 2, Duration.ofHours(1));

    private final TestClock clock = new TestClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final ScriptedModule module = new ScriptedModule();
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();
    private final BodyBudget budget = new BodyBudget(1 << 20);
    private final List<Ticket> tickets = new ArrayList<>();
    private final List<Ticket.Settlement> settlements = new ArrayList<>();
    private boolean noThreads;

    @Test
    void deliversOnTheCallersThreadWhenTheLaneIsIdle() {
        Lane lane = lane(SECONDS_APART, 10);

        assertThat(offer(lane, "a")).isNull();
        lane.signal(true);

        assertThat(module.delivered).containsExactly("a");
        assertThat(work).isEmpty();
        assertThat(lane.pending()).isZero();
    }

    @Test
    void deliversInOrderOfArrivalInBatchesThatFormWhileACallIsRunning() {
        module.maxBatch = 3;
        Lane lane = lane(SECONDS_APART, 10);
        List.of("a", "b", "c", "d", "e").forEach(id -> offer(lane, id));

        lane.signal(false);
        runWork();

        assertThat(module.batches).containsExactly(List.of("a", "b", "c"), List.of("d", "e"));
    }

    @Test
    void startsOneWorkerForManySignals() {
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        lane.signal(false);
        offer(lane, "b");
        lane.signal(false);

        assertThat(work).hasSize(1);
        runWork();
        assertThat(module.delivered).containsExactly("a", "b");
    }

    @Test
    void asksForAThreadAgainAtTheNextSignalWhenTheSystemHadNone() {
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        noThreads = true;
        assertThatThrownBy(() -> lane.signal(false)).isInstanceOf(OutOfMemoryError.class);

        noThreads = false;
        lane.signal(false);
        runWork();
        assertThat(module.delivered).containsExactly("a");
    }

    @Test
    void refusesWhenTheQueueIsFullAndTakesMoreWhenThereIsRoomAgain() {
        Lane lane = lane(SECONDS_APART, 2);
        offer(lane, "a");
        offer(lane, "b");

        assertThat(offer(lane, "c")).isEqualTo(Lane.Refusal.FULL);
        lane.signal(false);
        runWork();
        assertThat(offer(lane, "c")).isNull();
    }

    @Test
    void retriesAFailedEventLaterWithoutHoldingUpTheOthers() {
        module.failure =
                event -> event.id().equals("poison") && module.batches.size() < 3 ? ScriptedModule.down() : null;
        Lane lane = lane(SECONDS_APART, 10);
        List.of("poison", "b", "c").forEach(id -> offer(lane, id));

        lane.signal(false);
        runWork();
        assertThat(module.delivered).containsExactly("b", "c");

        timer.advance(Duration.ofSeconds(1));
        runWork();
        assertThat(module.delivered).containsExactly("b", "c", "poison");
        assertThat(lane.health().lastError()).isNull();
    }

    @Test
    void backsOffWhenCallsKeepFailingAndComesBackByItself() {
        module.failure = event -> ScriptedModule.down();
        Lane lane = lane(SECONDS_APART, 10);
        List.of("a", "b", "c").forEach(id -> offer(lane, id));

        lane.signal(false);
        runWork();

        assertThat(module.batches).containsExactly(List.of("a"), List.of("b"));
        assertThat(lane.health().state()).isEqualTo("backing_off");
        assertThat(lane.health().nextAttempt()).isAfter(clock.instant());
        assertThat(offer(lane, "d")).isEqualTo(Lane.Refusal.BACKING_OFF);

        module.failure = event -> null;
        timer.advance(Duration.ofSeconds(5));
        runWork();
        assertThat(module.delivered).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(lane.health().state()).isEqualTo("ok");
    }

    @Test
    void waitsExponentiallyLongerBetweenAttemptsAndGivesUpAfterTheLastOne() {
        module.failure = event -> ScriptedModule.down();
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        lane.signal(true);

        List<Integer> attemptsAfterSeconds = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            timer.advance(Duration.ofSeconds(1));
            runWork();
            attemptsAfterSeconds.add(module.batches.size());
        }

        assertThat(attemptsAfterSeconds.get(0)).isEqualTo(2);
        assertThat(attemptsAfterSeconds.get(19)).isEqualTo(4);
        assertThat(lane.pending()).isZero();
        assertThat(lane.health().failed()).isEqualTo(1);
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void givesUpAtOnceWhenTheDestinationRefuses() throws Exception {
        module.failure = event -> DeliveryException.permanent("no", null);
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        lane.signal(true);

        assertThat(module.batches).hasSize(1);
        assertThat(settlements).containsExactly(Ticket.Settlement.GIVEN_UP);
        assertThat(lane.health().state()).isEqualTo("retrying");
    }

    @Test
    void waitsAsLongAsTheDestinationAsks() {
        module.failure = event ->
                module.batches.size() == 1 ? DeliveryException.retryableAfter("slow", Duration.ofSeconds(30)) : null;
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        lane.signal(true);

        timer.advance(Duration.ofSeconds(29));
        runWork();
        assertThat(module.delivered).isEmpty();
        timer.advance(Duration.ofSeconds(1));
        runWork();
        assertThat(module.delivered).containsExactly("a");
    }

    @Test
    void dropsAWithdrawnEventWithoutDeliveringIt() {
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        tickets.get(0).withdraw();
        lane.signal(false);
        runWork();

        assertThat(module.batches).isEmpty();
        assertThat(lane.pending()).isZero();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void countsAModuleThatThrowsAsARetryableFailure() {
        module.failure = event -> {
            if (module.batches.size() == 1) {
                throw new IllegalStateException("defect");
            }
            return null;
        };
        Lane lane = lane(SECONDS_APART, 10);
        offer(lane, "a");
        lane.signal(true);
        timer.advance(Duration.ofSeconds(1));
        runWork();

        assertThat(module.delivered).containsExactly("a");
    }

    private Lane lane(RetryPolicy retry, int maxPending) {
        DeliveryTerms terms = new DeliveryTerms(
                Acknowledge.RECEIVED,
                Duration.ofSeconds(5),
                retry,
                maxPending,
                Long.MAX_VALUE,
                1,
                false,
                null,
                Duration.ZERO);
        return new Lane("test/module", module, terms, new Lane.Surroundings(clock, timer, this::execute));
    }

    private void execute(Runnable worker) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        work.add(worker);
    }

    private Lane.Refusal offer(Lane lane, String id) {
        Ticket ticket = new Ticket(1, budget.open("127.0.0.1"));
        tickets.add(ticket);
        ticket.whenSettled(Duration.ofHours(1), settlements::add);
        WebhookEvent event = new WebhookEvent(id, "test", Instant.EPOCH, Headers.empty(), new byte[10]);
        long now = clock.millis();
        return lane.offer(
                new Delivery(event, ticket, now, now + Duration.ofHours(1).toMillis()), true);
    }

    private void runWork() {
        while (!work.isEmpty()) {
            work.removeFirst().run();
        }
    }
}

package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.store.jdbc.Patience.awaitUntil;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivered events that are kept for a while, and what an operator does with many deliveries at once. */
class RetentionTest {

    private static final String LANE = "test/a";
    private static final String OTHER_LANE = "test/b";
    private static final long NOW = TestClock.START.toEpochMilli();

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private EventStore store;

    @BeforeEach
    void open() throws StoreException {
        store = new SqliteStoreProvider().open("sqlite:" + folder.resolve("events.db"), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keepsADeliveredEventUntilItsTimeHasCome() throws Exception {
        WebhookEvent event = Events.event("{\"n\":1}");
        long sequence = append(event, LANE);
        settle(LANE, Settlement.kept(sequence, NOW, NOW + 5000));

        DeliveryView view = find(DeliveryState.DONE).get(0);
        assertThat(view.keptUntil()).isEqualTo(TestClock.START.plusSeconds(5));
        assertThat(view.nextAttempt()).isNull();
        assertThat(store.event(event.id()).orElseThrow().event().body())
                .isEqualTo("{\"n\":1}".getBytes(StandardCharsets.UTF_8));
        assertThat(store.backlog()).isEmpty();
        assertThat(store.read(LANE, 0, 10, 1000).deliveries()).isEmpty();
        assertThat(store.due(LANE, NOW + 100_000, 10, 1000)).isEmpty();

        clock.advance(Duration.ofSeconds(5));
        awaitUntil(() -> find(null).isEmpty());
        assertThat(store.event(event.id())).isEmpty();
    }

    @Test
    void keepsTheBodyAsLongAsAnyDeliveryNeedsIt() throws Exception {
        WebhookEvent event = Events.event("{}");
        long sequence = append(event, LANE, OTHER_LANE);
        settle(LANE, Settlement.kept(sequence, NOW, NOW + 1000));
        settle(OTHER_LANE, Settlement.dead(sequence, NOW, "refused"));

        clock.advance(Duration.ofSeconds(1));
        awaitUntil(() -> find(DeliveryState.DONE).isEmpty());
        assertThat(store.event(event.id()).orElseThrow().deliveries()).hasSize(1);
        assertThat(store.purge(DeliveryFilter.all(10))).isEqualTo(1);
        assertThat(store.event(event.id())).isEmpty();
    }

    @Test
    void replaysDeliveredEventsAndKeepsThemAgain() throws Exception {
        long sequence = append(Events.event("{}"), LANE);
        settle(LANE, Settlement.kept(sequence, NOW, NOW + 1000));

        List<EventStore.Backlog> due = store.replay(DeliveryFilter.all(10).in(DeliveryState.DONE), NOW + 10);

        assertThat(due).hasSize(1);
        assertThat(due.get(0).nextAttemptMillis()).isEqualTo(NOW + 10);
        assertThat(store.due(LANE, NOW + 10, 10, 1000)).hasSize(1);
        settle(LANE, Settlement.kept(sequence, NOW + 20, NOW + 9000));
        assertThat(find(DeliveryState.DONE)).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(store.replay(DeliveryFilter.all(10).in(DeliveryState.DEAD), NOW))
                .isEmpty();
        assertThat(find(DeliveryState.DONE)).hasSize(1);
    }

    @Test
    void replaysAndPurgesMoreThanOneStepAtOnceAndNoMoreThanAsked() throws Exception {
        List<Long> sequences = appendMany(1300);
        settle(
                LANE,
                sequences.stream()
                        .map(sequence -> Settlement.dead(sequence, NOW, "refused"))
                        .toArray(Settlement[]::new));

        DeliveryFilter dead = DeliveryFilter.all(Integer.MAX_VALUE).in(DeliveryState.DEAD);
        List<EventStore.Backlog> due = store.replay(dead.before(null, 700), NOW);
        assertThat(due).singleElement().satisfies(backlog -> {
            assertThat(backlog.deliveries()).isEqualTo(700);
            assertThat(backlog.bytes()).isEqualTo(1400);
            assertThat(backlog.lastSequence()).isEqualTo(sequences.get(699));
        });
        assertThat(store.purge(dead)).isEqualTo(600);
        assertThat(find(DeliveryState.WAITING)).hasSize(700);
        assertThat(store.purge(DeliveryFilter.all(Integer.MAX_VALUE))).isZero();
        assertThat(store.replay(DeliveryFilter.all(10).in(DeliveryState.WAITING), NOW))
                .isEmpty();
    }

    private long append(WebhookEvent event, String... lanes) throws StoreException {
        long[] durable = new long[1];
        store.append(event, List.of(lanes), sequence -> durable[0] = sequence);
        return durable[0];
    }

    /** Many at once share commits; returns their sequences in order. */
    private List<Long> appendMany(int count) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(64);
        try {
            List<Callable<Long>> appends = Collections.nCopies(count, () -> append(Events.event("{}"), LANE));
            List<Long> sequences = new ArrayList<>();
            for (Future<Long> append : senders.invokeAll(appends)) {
                sequences.add(append.get());
            }
            Collections.sort(sequences);
            return sequences;
        } finally {
            senders.shutdownNow();
        }
    }

    private void settle(String lane, Settlement... settlements) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        store.settle(lane, List.of(settlements), written::countDown);
        assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private List<DeliveryView> find(DeliveryState state) {
        try {
            return store.find(DeliveryFilter.all(10_000).in(state));
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }
}

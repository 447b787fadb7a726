package org.corewebhook.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.junit.jupiter.api.Test;

/**
 * What every event store must do; extend it in the store's tests and answer for a real file or database.
 *
 * <p>JUnit makes a new instance for each test, so a subclass makes a new file or schema in a {@code @BeforeEach}
 * method. Stores that {@link #open()} gives away are closed here.
 */
public abstract class EventStoreContract extends EventStoreOperatorContract {

    @Test
    void keepsAnEventExactlyOverARestart() throws Exception {
        byte[] body = new byte[70_000];
        new Random(1).nextBytes(body);
        Headers headers =
                Headers.of("X-B", "2", "x-a", "grün", "X-B", "1", "X-Empty", "", "Content-Type", "application/json");
        WebhookEvent event = Events.event("shop_1", headers, body);
        long sequence = append(start(), event, LANE);

        StoredDelivery read = only(fresh(restart(), LANE));
        assertThat(read.sequence()).isEqualTo(sequence);
        assertThat(read.attempts()).isZero();
        assertThat(read.event().id()).isEqualTo(event.id());
        assertThat(read.event().endpoint()).isEqualTo("shop_1");
        assertThat(read.event().receivedAt()).isEqualTo(event.receivedAt());
        assertThat(read.event().body()).isEqualTo(body);
        assertThat(read.event().headers()).containsExactlyElementsOf(headers);
    }

    @Test
    void keepsEmptyAndLargeBodies() throws Exception {
        EventStore store = start();
        byte[] large = new byte[3 << 20];
        new Random(2).nextBytes(large);
        append(store, Events.event(new byte[0]), LANE);
        append(store, Events.event(large), LANE);

        List<StoredDelivery> read = fresh(store, LANE);
        assertThat(read).hasSize(2);
        assertThat(read.get(0).event().body()).isEmpty();
        assertThat(read.get(1).event().body()).isEqualTo(large);
    }

    @Test
    void tellsTheListenerOnceInOrderAndBeforeAppendReturns() throws Exception {
        EventStore store = start();
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inListener = new AtomicInteger();
        Map<String, Long> sequences = new ConcurrentHashMap<>();

        inThreads(16, thread -> {
            for (int i = 0; i < 25; i++) {
                WebhookEvent event = Events.event("{\"n\":" + i + "}");
                AtomicLong mine = new AtomicLong();
                store.append(event, List.of(LANE), sequence -> {
                    assertThat(inListener.incrementAndGet()).isEqualTo(1);
                    told.add(sequence);
                    mine.set(sequence);
                    inListener.decrementAndGet();
                });
                sequences.put(event.id(), mine.get());
            }
        });

        assertThat(told).hasSize(400).isSorted().doesNotHaveDuplicates();
        assertThat(fresh(store, LANE))
                .hasSize(400)
                .allSatisfy(read -> assertThat(sequences.get(read.event().id())).isEqualTo(read.sequence()));
    }

    @Test
    void commitsAppendsTogetherThatComeWhileItIsBusy() throws Exception {
        EventStore store = start();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        Thread first = startThread(() -> store.append(Events.event("first"), List.of(LANE), sequence -> {
            busy.countDown();
            await(others);
        }));
        await(busy);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            threads.add(startThread(() -> store.append(Events.event("more"), List.of(OTHER_LANE), sequence -> {
                int durable = quietly(() -> fresh(store, OTHER_LANE)).size();
                ahead.accumulateAndGet(durable - told.getAndIncrement(), Math::max);
            })));
        }
        threads.forEach(EventStoreContract::awaitParked);
        others.countDown();
        first.join();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(told).hasValue(10);
        assertThat(ahead.get()).as("events durable at once").isGreaterThan(1);
    }

    @Test
    void tellsTheTruthToAnInterruptedThread() throws Exception {
        EventStore store = start();
        WebhookEvent event = Events.event("{}");
        Thread.currentThread().interrupt();
        try {
            store.append(event, List.of(LANE), sequence -> {});
        } finally {
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
        assertThat(only(fresh(store, LANE)).event()).isEqualTo(event);
    }

    @Test
    void readsALanePageByPageInOrder() throws Exception {
        EventStore store = start();
        List<Long> mine = new ArrayList<>();
        for (WebhookEvent event : Events.numbered(10)) {
            append(store, Events.event("another lane's"), OTHER_LANE);
            mine.add(append(store, event, LANE));
        }

        List<Long> read = new ArrayList<>();
        EventStore.Page page = store.read(LANE, 0, 3, MANY_BYTES);
        while (!page.deliveries().isEmpty()) {
            assertThat(page.deliveries()).hasSizeLessThanOrEqualTo(3);
            page.deliveries().forEach(delivery -> read.add(delivery.sequence()));
            assertThat(page.readUpTo()).isEqualTo(read.get(read.size() - 1));
            page = store.read(LANE, page.readUpTo(), 3, MANY_BYTES);
        }
        assertThat(read).isEqualTo(mine);
        assertThat(store.read("test/unknown", 0, 3, MANY_BYTES).deliveries()).isEmpty();
    }

    @Test
    void readsAsManyBytesAsWantedButAtLeastOneEvent() throws Exception {
        EventStore store = start();
        for (int i = 0; i < 5; i++) {
            append(store, Events.event(new byte[1000]), LANE);
        }
        assertThat(store.read(LANE, 0, 100, 1).deliveries()).hasSize(1);
        assertThat(store.read(LANE, 0, 100, 2500).deliveries()).hasSizeBetween(2, 3);
        assertThat(store.read(LANE, 0, 100, MANY_BYTES).deliveries()).hasSize(5);
    }

    @Test
    void forgetsAnEventWithItsLastDelivery() throws Exception {
        EventStore store = start();
        WebhookEvent event = Events.event("{}");
        long sequence = append(store, event, LANE, OTHER_LANE);

        settle(store, LANE, Settlement.done(sequence, NOW));
        assertThat(fresh(store, LANE)).isEmpty();
        assertThat(only(fresh(store, OTHER_LANE)).event()).isEqualTo(event);
        assertThat(store.event(event.id())).isPresent();

        settle(store, OTHER_LANE, Settlement.done(sequence, NOW));
        assertThat(store.event(event.id())).isEmpty();
        assertThat(store.find(DeliveryFilter.all(10))).isEmpty();
        assertThat(store.backlog()).isEmpty();
    }

    @Test
    void ignoresASettlementOfWhatIsDone() throws Exception {
        EventStore store = start();
        long sequence = append(store, Events.event("{}"), LANE, OTHER_LANE);
        settle(store, LANE, Settlement.done(sequence, NOW));
        settle(store, LANE, Settlement.done(sequence, NOW), Settlement.retry(sequence, NOW, NOW, "late"));
        settle(store, "test/unknown", Settlement.dead(sequence, NOW, "whose?"));

        assertThat(only(store.find(DeliveryFilter.all(10))).lane()).isEqualTo(OTHER_LANE);
        assertThat(fresh(store, OTHER_LANE)).hasSize(1);
    }

    @Test
    void returnsWhatIsDueWhenItsTimeHasComeTheLongestWaitingFirst() throws Exception {
        EventStore store = start();
        long late = append(store, Events.event("late"), LANE);
        long soon = append(store, Events.event("soon"), LANE);
        long other = append(store, Events.event("other"), OTHER_LANE);
        settle(store, LANE, Settlement.retry(late, NOW, NOW + 2000, "503"));
        settle(store, LANE, Settlement.retry(soon, NOW, NOW + 1000, "503"));
        settle(store, OTHER_LANE, Settlement.retry(other, NOW, NOW + 1000, "503"));

        assertThat(fresh(store, LANE)).isEmpty();
        assertThat(due(store, NOW + 999)).isEmpty();
        assertThat(due(store, NOW + 1000)).containsExactly(soon);
        assertThat(due(store, NOW + 2000)).containsExactly(soon, late);
        assertThat(store.due(LANE, NOW + 2000, 1, MANY_BYTES)).hasSize(1);
        assertThat(store.due(LANE, NOW + 2000, 10, 1)).hasSize(1);

        settle(store, LANE, Settlement.retry(soon, NOW + 1001, NOW + 5000, "503 again"));
        StoredDelivery again = store.due(LANE, NOW + 5000, 10, MANY_BYTES).get(1);
        assertThat(again.sequence()).isEqualTo(soon);
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(new String(again.event().body(), UTF_8)).isEqualTo("soon");
    }

    @Test
    void givesNoSequenceTwiceEvenWhenAllWasForgotten() throws Exception {
        EventStore store = start();
        long before = append(store, Events.event("{}"), LANE);
        settle(store, LANE, Settlement.done(before, NOW));
        long after = append(restart(), Events.event("{}"), LANE);
        assertThat(after).isGreaterThan(before);
    }

    @Test
    void leavesNothingBehindWhenAnAppendFailsAndWorksAgainByItself() throws Exception {
        EventStore store = start();
        append(store, Events.event("before"), LANE);
        refuseWrites();
        WebhookEvent refused = Events.event("refused");
        AtomicInteger told = new AtomicInteger();
        assertThatThrownBy(() -> store.append(refused, List.of(LANE), sequence -> told.incrementAndGet()))
                .isInstanceOf(StoreException.class);
        assertThat(store.health().lastError()).isNotNull();
        assertThat(fresh(store, LANE)).as("reading goes on").hasSize(1);
        allowWrites();

        append(store, Events.event("after"), LANE);
        assertThat(told).hasValue(0);
        assertThat(store.health().lastError()).isNull();
        assertThat(store.event(refused.id())).isEmpty();
        assertThat(fresh(store, LANE))
                .extracting(read -> new String(read.event().body(), UTF_8))
                .containsExactly("before", "after");
    }

    @Test
    void writesNotesOnceItCanAndRefusesAppendsAtOnceUntilThen() throws Exception {
        EventStore store = start();
        int count = 2500;
        List<Long> sequences = Collections.synchronizedList(new ArrayList<>());
        inThreads(25, thread -> {
            for (int i = 0; i < count / 25; i++) {
                sequences.add(append(store, Events.event("{}"), LANE));
            }
        });
        refuseWrites();
        CountDownLatch written = new CountDownLatch(count);
        for (long sequence : sequences) {
            store.settle(LANE, List.of(Settlement.done(sequence, NOW)), written::countDown);
        }
        inThreads(
                8,
                thread -> assertThatThrownBy(() -> store.append(Events.event("refused"), List.of(LANE), sequence -> {}))
                        .isInstanceOf(StoreException.class));
        assertThat(written.getCount()).isEqualTo(count);
        allowWrites();

        await(written);
        assertThat(store.find(DeliveryFilter.all(10))).isEmpty();
        awaitUntil(() -> store.health().lastError() == null);
    }

    @Test
    void keepsWhatItHasConfirmedWhenItIsClosedMeanwhile() throws Exception {
        EventStore store = start();
        List<Long> confirmed = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(20);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(startThread(() -> {
                try {
                    while (true) {
                        confirmed.add(append(store, Events.event("{}"), LANE));
                        some.countDown();
                    }
                } catch (StoreException e) {
                    refused.incrementAndGet();
                }
            }));
        }
        await(some);
        store.close();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(refused).hasValue(8);
        assertThat(read(start(), LANE)).containsAll(confirmed);
    }

    @Test
    void mayBeClosedTwiceAndRefusesWorkAfterwards() throws Exception {
        EventStore store = start();
        store.close();
        store.close();
        assertThatThrownBy(() -> append(store, Events.event("{}"), LANE)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.read(LANE, 0, 1, 1)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.purge(DeliveryFilter.all(1))).isInstanceOf(StoreException.class);
    }
}

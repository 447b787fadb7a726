package org.corewebhook.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.Backlog;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.EventView;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every event store must do; extend it in the store's tests and answer for a real file or database.
 *
 * <p>JUnit makes a new instance for each test, so a subclass makes a new file or schema in a {@code @BeforeEach}
 * method. Stores that {@link #open()} gives away are closed here.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class EventStoreContract {

    private static final String LANE = "test/one";
    private static final String OTHER_LANE = "test/two";
    private static final long MANY_BYTES = 100L << 20;
    private static final long NOW = TestClock.START.toEpochMilli();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deque<EventStore> opened = new ArrayDeque<>();

    /** Opens the store of this test: empty at the first call, later with what was left in it. */
    protected abstract EventStore open() throws Exception;

    /** Changes one bit of the body of this event where it is kept, behind the store's back; no store is open. */
    protected abstract void damage(String eventId) throws Exception;

    /** Makes every change of events and deliveries fail, behind the back of the store that is open. */
    protected abstract void refuseWrites() throws Exception;

    /** Takes {@link #refuseWrites()} back. */
    protected abstract void allowWrites() throws Exception;

    @AfterEach
    final void closeWhatWasOpened() {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

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
    void keepsADeadLetterWithEveryAttemptsTimeAndError() throws Exception {
        EventStore store = start();
        WebhookEvent event = Events.event("{}");
        long sequence = append(store, event, LANE);
        settle(store, LANE, Settlement.retry(sequence, NOW + 1, NOW + 5, "connection refused"));
        settle(store, LANE, Settlement.dead(sequence, NOW + 6, "400 Bad Request"));
        store = restart();

        assertThat(fresh(store, LANE)).isEmpty();
        assertThat(due(store, Long.MAX_VALUE)).isEmpty();
        assertThat(store.backlog()).isEmpty();
        DeliveryView letter = only(store.find(DeliveryFilter.all(10).in(DeliveryState.DEAD)));
        assertThat(letter.state()).isEqualTo(DeliveryState.DEAD);
        assertThat(letter.attempts()).isEqualTo(2);
        assertThat(letter.lastError()).isEqualTo("400 Bad Request");
        assertThat(letter.nextAttempt()).isNull();
        EventView shown = store.event(event.id()).orElseThrow();
        assertThat(shown.damaged()).isFalse();
        assertThat(shown.deliveries()).containsExactly(letter);
        assertThat(shown.attempts())
                .containsExactly(
                        new EventView.FailedAttempt(LANE, Instant.ofEpochMilli(NOW + 1), "connection refused"),
                        new EventView.FailedAttempt(LANE, Instant.ofEpochMilli(NOW + 6), "400 Bad Request"));
    }

    @Test
    void countsWhatWaitsInEachLane() throws Exception {
        EventStore store = start();
        long dead = append(store, Events.event("12345"), LANE);
        long waiting = append(store, Events.event("123"), LANE, OTHER_LANE);
        long last = append(store, Events.event("1"), LANE);
        settle(store, LANE, Settlement.dead(dead, NOW, "400"), Settlement.retry(waiting, NOW, NOW + 70, "503"));

        assertThat(store.backlog())
                .containsExactlyInAnyOrder(
                        new Backlog(LANE, 2, 4, last, NOW + 70),
                        new Backlog(OTHER_LANE, 1, 3, waiting, Long.MAX_VALUE));
    }

    @Test
    void findsWhatAnOperatorAsksForNewestFirst() throws Exception {
        EventStore store = start();
        Headers none = Headers.empty();
        WebhookEvent first = Events.event("a", none, "first".getBytes(UTF_8));
        WebhookEvent second = Events.event("b", none, "second!".getBytes(UTF_8));
        WebhookEvent third = Events.event("a", none, "3".getBytes(UTF_8));
        long one = append(store, first, LANE, OTHER_LANE);
        long two = append(store, second, LANE);
        long three = append(store, third, LANE);
        settle(store, LANE, Settlement.retry(one, NOW, NOW + 9, "503"), Settlement.dead(two, NOW, "400"));

        assertThat(store.find(DeliveryFilter.all(10)))
                .extracting(DeliveryView::sequence)
                .containsExactly(three, two, one, one);
        assertThat(store.find(DeliveryFilter.all(2)))
                .extracting(DeliveryView::sequence)
                .containsExactly(three, two);
        DeliveryView view = only(store.find(filter(first.id(), null, LANE, null, null, null)));
        assertThat(view)
                .isEqualTo(new DeliveryView(
                        one,
                        first.id(),
                        "a",
                        LANE,
                        DeliveryState.WAITING,
                        1,
                        5,
                        first.receivedAt(),
                        Instant.ofEpochMilli(NOW + 9),
                        null,
                        "503"));
        assertThat(sequences(store, filter(null, "b", null, null, null, null))).containsExactly(two);
        assertThat(sequences(store, filter(null, null, OTHER_LANE, null, null, null)))
                .containsExactly(one);
        long secondAt = second.receivedAt().toEpochMilli();
        assertThat(sequences(store, filter(null, null, LANE, secondAt, null, null)))
                .containsExactly(three, two);
        assertThat(sequences(store, filter(null, null, LANE, null, secondAt, null)))
                .containsExactly(one);
        assertThat(sequences(store, filter(null, null, LANE, null, null, three)))
                .containsExactly(two, one);
        assertThat(sequences(store, DeliveryFilter.all(10).in(DeliveryState.FRESH)))
                .containsExactly(three, one);
        assertThat(sequences(store, DeliveryFilter.all(10).in(DeliveryState.WAITING)))
                .containsExactly(one);
        assertThat(sequences(store, DeliveryFilter.all(10).of("' OR 1=1 --"))).isEmpty();
        assertThat(store.event("' OR 1=1 --")).isEmpty();
    }

    @Test
    void replaysTheDeadLettersThatAreMeantAndNoOthers() throws Exception {
        EventStore store = start();
        WebhookEvent meant = Events.event("12345");
        WebhookEvent other = Events.event("{}");
        long meantAt = append(store, meant, LANE, OTHER_LANE);
        long otherAt = append(store, other, LANE);
        long waiting = append(store, Events.event("{}"), LANE);
        settle(
                store,
                LANE,
                Settlement.dead(meantAt, NOW, "400"),
                Settlement.dead(otherAt, NOW, "400"),
                Settlement.retry(waiting, NOW, NOW + 60_000, "503"));
        settle(store, OTHER_LANE, Settlement.dead(meantAt, NOW, "400"));

        assertThat(store.replay(filter(meant.id(), null, LANE, null, null, null), NOW + 10))
                .containsExactly(new Backlog(LANE, 1, 5, meantAt, NOW + 10));
        StoredDelivery again = only(store.due(LANE, NOW + 10, 10, MANY_BYTES));
        assertThat(again.event().body()).isEqualTo(meant.body());
        assertThat(again.attempts()).isZero();
        assertThat(sequences(store, DeliveryFilter.all(10).in(DeliveryState.DEAD)))
                .containsExactlyInAnyOrder(meantAt, otherAt);
        assertThat(store.event(meant.id()).orElseThrow().attempts())
                .as("what happened before stays known")
                .hasSize(2);
    }

    @Test
    void purgesTheDeadLettersThatAreMeantAndNoOthers() throws Exception {
        EventStore store = start();
        WebhookEvent half = Events.event("{}");
        WebhookEvent gone = Events.event("{}");
        WebhookEvent stays = Events.event("{}");
        long halfAt = append(store, half, LANE, OTHER_LANE);
        long goneAt = append(store, gone, LANE);
        long staysAt = append(store, stays, LANE);
        settle(
                store,
                LANE,
                Settlement.dead(halfAt, NOW, "400"),
                Settlement.dead(goneAt, NOW, "400"),
                Settlement.retry(staysAt, NOW, NOW + 1, "503"));

        assertThat(store.purge(DeliveryFilter.all(10))).isEqualTo(2);
        assertThat(store.event(gone.id())).isEmpty();
        assertThat(store.event(half.id()).orElseThrow().deliveries())
                .extracting(DeliveryView::lane)
                .containsExactly(OTHER_LANE);
        assertThat(due(store, NOW + 1)).containsExactly(staysAt);
        assertThat(store.purge(DeliveryFilter.all(10))).isZero();
    }

    @Test
    void makesDamagedEventsDeadLettersAndDeliversTheOthers() throws Exception {
        EventStore store = start();
        WebhookEvent large = Events.event(new byte[2 << 20]);
        WebhookEvent waiting = Events.event("waiting");
        WebhookEvent small = Events.event("small");
        append(store, large, LANE);
        long waitingAt = append(store, waiting, LANE);
        append(store, small, LANE);
        long soundAt = append(store, Events.event("sound"), LANE);
        settle(store, LANE, Settlement.retry(waitingAt, NOW, NOW, "503"));
        store.close();
        for (WebhookEvent event : List.of(large, waiting, small)) {
            damage(event.id());
        }
        EventStore again = start();

        // a page of damaged rows only is no end of the lane
        EventStore.Page page = again.read(LANE, 0, 1, 1 << 20);
        assertThat(only(page.deliveries()).sequence()).isEqualTo(soundAt);
        assertThat(page.readUpTo()).isEqualTo(soundAt);
        assertThat(due(again, NOW)).isEmpty();
        awaitUntil(() ->
                sequences(again, DeliveryFilter.all(10).in(DeliveryState.DEAD)).size() == 3);
        assertThat(again.find(DeliveryFilter.all(10).in(DeliveryState.DEAD)))
                .allSatisfy(letter -> assertThat(letter.lastError()).contains("damaged"));
        assertThat(again.event(small.id()).orElseThrow().damaged()).isTrue();
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

    private EventStore start() throws Exception {
        EventStore store = open();
        opened.push(store);
        return store;
    }

    private EventStore restart() throws Exception {
        opened.pop().close();
        return start();
    }

    private static long append(EventStore store, WebhookEvent event, String... lanes) throws StoreException {
        AtomicLong durable = new AtomicLong(-1);
        store.append(event, List.of(lanes), durable::set);
        assertThat(durable.get()).as("told before append returned").isPositive();
        return durable.get();
    }

    private static void settle(EventStore store, String lane, Settlement... settlements) {
        CountDownLatch written = new CountDownLatch(1);
        store.settle(lane, List.of(settlements), written::countDown);
        await(written);
    }

    private static List<StoredDelivery> fresh(EventStore store, String lane) throws StoreException {
        return store.read(lane, 0, 1000, MANY_BYTES).deliveries();
    }

    private static List<Long> read(EventStore store, String lane) throws StoreException {
        List<Long> read = new ArrayList<>();
        EventStore.Page page = store.read(lane, 0, 1000, MANY_BYTES);
        while (!page.deliveries().isEmpty()) {
            page.deliveries().forEach(delivery -> read.add(delivery.sequence()));
            page = store.read(lane, page.readUpTo(), 1000, MANY_BYTES);
        }
        return read;
    }

    private static List<Long> due(EventStore store, long atMillis) throws StoreException {
        return store.due(LANE, atMillis, 10, MANY_BYTES).stream()
                .map(StoredDelivery::sequence)
                .toList();
    }

    private static List<Long> sequences(EventStore store, DeliveryFilter filter) {
        return quietly(() -> store.find(filter)).stream()
                .map(DeliveryView::sequence)
                .toList();
    }

    private static DeliveryFilter filter(
            @Nullable String id,
            @Nullable String endpoint,
            @Nullable String lane,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable Long before) {
        return new DeliveryFilter(id, endpoint, lane, null, from, to, before, 10);
    }

    private static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.get(0);
    }

    /** Something that may fail. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** Something that may fail, for one of several threads. */
    @FunctionalInterface
    private interface Part {
        void run(int thread) throws Exception;
    }

    /** A question that may fail. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws Exception;
    }

    private static <T> T quietly(Question<T> question) {
        try {
            return question.ask();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void inThreads(int count, Part part) throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(startThread(() -> {
                try {
                    part.run(number);
                } catch (Exception | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static Thread startThread(Step step) {
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitParked(Thread thread) {
        awaitUntil(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    }

    private static void await(CountDownLatch latch) {
        assertThat(quietly(() -> latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                .as("waited in vain")
                .isTrue();
    }

    private static void awaitUntil(Question<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!quietly(condition)) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}

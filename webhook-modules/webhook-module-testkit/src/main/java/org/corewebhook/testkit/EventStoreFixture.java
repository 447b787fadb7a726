package org.corewebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A store that a test opens, uses and breaks. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class EventStoreFixture {

    static final String LANE = "test/one";
    static final String OTHER_LANE = "test/two";
    static final long MANY_BYTES = 100L << 20;
    static final long NOW = TestClock.START.toEpochMilli();
    static final Duration PATIENCE = Duration.ofSeconds(60);

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

    final EventStore start() throws Exception {
        EventStore store = open();
        opened.push(store);
        return store;
    }

    final EventStore restart() throws Exception {
        opened.pop().close();
        return start();
    }

    static long append(EventStore store, WebhookEvent event, String... lanes) throws StoreException {
        AtomicLong durable = new AtomicLong(-1);
        store.append(event, List.of(lanes), durable::set);
        assertThat(durable.get()).as("told before append returned").isPositive();
        return durable.get();
    }

    static void settle(EventStore store, String lane, Settlement... settlements) {
        CountDownLatch written = new CountDownLatch(1);
        store.settle(lane, List.of(settlements), written::countDown);
        await(written);
    }

    static List<StoredDelivery> fresh(EventStore store, String lane) throws StoreException {
        return store.read(lane, 0, 1000, MANY_BYTES).deliveries();
    }

    static List<Long> read(EventStore store, String lane) throws StoreException {
        List<Long> read = new ArrayList<>();
        EventStore.Page page = store.read(lane, 0, 1000, MANY_BYTES);
        while (!page.deliveries().isEmpty()) {
            page.deliveries().forEach(delivery -> read.add(delivery.sequence()));
            page = store.read(lane, page.readUpTo(), 1000, MANY_BYTES);
        }
        return read;
    }

    static List<Long> due(EventStore store, long atMillis) throws StoreException {
        return store.due(LANE, atMillis, 10, MANY_BYTES).stream()
                .map(StoredDelivery::sequence)
                .toList();
    }

    static List<Long> sequences(EventStore store, DeliveryFilter filter) {
        return quietly(() -> store.find(filter)).stream()
                .map(DeliveryView::sequence)
                .toList();
    }

    static DeliveryFilter filter(
            @Nullable String id,
            @Nullable String endpoint,
            @Nullable String lane,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable Long before) {
        return new DeliveryFilter(id, endpoint, lane, null, from, to, before, 10);
    }

    static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.get(0);
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** Something that may fail, for one of several threads. */
    @FunctionalInterface
    interface Part {
        void run(int thread) throws Exception;
    }

    /** A question that may fail. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws Exception;
    }

    static <T> T quietly(Question<T> question) {
        try {
            return question.ask();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void inThreads(int count, Part part) throws InterruptedException {
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

    static Thread startThread(Step step) {
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

    static void awaitParked(Thread thread) {
        awaitUntil(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    }

    static void await(CountDownLatch latch) {
        assertThat(quietly(() -> latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                .as("waited in vain")
                .isTrue();
    }

    static void awaitUntil(Question<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!quietly(condition)) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}

package org.corewebhook.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.corewebhook.Acknowledge;
import org.corewebhook.Headers;
import org.corewebhook.RetryPolicy;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Endpoint.DeliveryTerms;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.StoreException;
import org.corewebhook.store.jdbc.SqliteStoreProvider;
import org.corewebhook.testkit.TestClock;
import org.jspecify.annotations.Nullable;

/** One stored lane over a real file; its workers, its timer and its clock move when the test says so. */
final class StoredLaneFixture implements AutoCloseable {

    static final String LANE = "orders/out";

    /** Delays of 1, 2, 4 seconds, less a quarter at most; five attempts. */
    static final RetryPolicy SECONDS_APART =
            new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(60), 2, Duration.ofHours(1));

    final TestClock clock = new TestClock();
    final Destination destination = new Destination();
    final LaneWindow.Memory memory = new LaneWindow.Memory(new AtomicLong(), 4L << 20);
    RetryPolicy retry = SECONDS_APART;
    boolean strict;
    int maxInFlight = 1;
    boolean noThreads;
    int maxPending = 1_000_000;
    long maxPendingBytes = Long.MAX_VALUE;

    private final Path file;
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final List<Planned> planned = Collections.synchronizedList(new ArrayList<>());
    private @Nullable EventStore store;
    private @Nullable StoredLane lane;

    StoredLaneFixture(Path file) {
        this.file = file;
    }

    private record Planned(long atMillis, Runnable action) {}

    /** Does with each event what the test says; remembers calls and deliveries. */
    static final class Destination implements OutputModule {

        final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());
        final List<String> delivered = Collections.synchronizedList(new ArrayList<>());
        volatile Function<String, @Nullable DeliveryException> failure = id -> null;
        int maxBatch = 1;

        @Override
        public void deliver(WebhookEvent event) throws DeliveryException {
            DeliveryException failed = deliverAll(List.of(event)).get(0).failure();
            if (failed != null) {
                throw failed;
            }
        }

        @Override
        public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
            calls.add(events.stream().map(WebhookEvent::id).toList());
            List<DeliveryOutcome> outcomes = new ArrayList<>();
            for (WebhookEvent event : events) {
                DeliveryException failed = failure.apply(event.id());
                outcomes.add(failed == null ? DeliveryOutcome.delivered() : DeliveryOutcome.failed(failed));
                if (failed == null) {
                    delivered.add(event.id());
                }
            }
            return outcomes;
        }

        @Override
        public int maxBatch() {
            return maxBatch;
        }

        /** Fails these events for now. */
        void fail(String... ids) {
            Set<String> failing = Set.of(ids);
            failure = id -> failing.contains(id) ? DeliveryException.retryable("down", null) : null;
        }

        /** Refuses these events for good. */
        void refuse(String... ids) {
            Set<String> refused = Set.of(ids);
            failure = id -> refused.contains(id) ? DeliveryException.permanent("refused", null) : null;
        }

        void failAll() {
            failure = id -> DeliveryException.retryable("down", null);
        }

        void deliverAgain() {
            failure = id -> null;
        }
    }

    StoredLaneFixture start() throws StoreException {
        EventStore opened = new SqliteStoreProvider().open("sqlite:" + file + "?synchronous=off", clock);
        DeliveryTerms terms = new DeliveryTerms(
                Acknowledge.STORED,
                Duration.ZERO,
                retry,
                maxPending,
                maxPendingBytes,
                maxInFlight,
                strict,
                null,
                Duration.ZERO);
        Lane.Surroundings surroundings = new Lane.Surroundings(
                clock,
                (delay, action) -> planned.add(new Planned(clock.millis() + delay.toMillis(), action)),
                this::execute);
        PendingLimit limit = new PendingLimit(1_000_000, Long.MAX_VALUE, clock);
        StoredLane made =
                new StoredLane(LANE, destination, terms, surroundings, opened, new StoredLane.Shared(memory, limit));
        opened.watch(new EventStore.LaneWatcher() {
            @Override
            public void released(String name) {
                made.released();
            }

            @Override
            public void lost(String name, long deliveries, long bytes) {
                made.lost(deliveries, bytes);
            }
        });
        opened.backlog().forEach(made::found);
        store = opened;
        lane = made;
        return this;
    }

    /** Ends as a process does that is killed: nobody is asked. What runs in the store's thread is written. */
    void restart() throws StoreException {
        store().close();
        work.clear();
        planned.clear();
        start();
    }

    EventStore store() {
        if (store == null) {
            throw new IllegalStateException("Not started");
        }
        return store;
    }

    StoredLane lane() {
        if (lane == null) {
            throw new IllegalStateException("Not started");
        }
        return lane;
    }

    /** Accepts an event without a key; returns null, or when to come again. */
    @Nullable
    Duration accept(String id) throws StoreException {
        return accept(id, EventStore.NO_KEY);
    }

    @Nullable
    Duration accept(String id, long key) throws StoreException {
        WebhookEvent event = event(id);
        StoredLane to = lane();
        Duration wait = to.reserve(event.body().length);
        if (wait == null) {
            store().append(event, List.of(LANE), key, null, new EventStore.DurableListener() {
                @Override
                public void durable(long sequence) {
                    durable(sequence, Set.of());
                }

                @Override
                public void durable(long sequence, Set<String> heldBack) {
                    to.appended(sequence, event, heldBack.contains(LANE));
                }
            });
            to.wake();
        }
        return wait;
    }

    void replay(DeliveryFilter filter) throws StoreException {
        store().replay(filter, clock.millis()).forEach(lane()::found);
    }

    /** Lets workers work until nothing is left to do at this time. */
    void run() throws StoreException {
        flush();
        Runnable next = work.poll();
        while (next != null) {
            next.run();
            flush();
            next = work.poll();
        }
    }

    /** Advances the time step by step; workers work whenever something is due. */
    void advance(Duration time) throws StoreException {
        long end = clock.millis() + time.toMillis();
        run();
        Planned next = nextUntil(end);
        while (next != null) {
            clock.advance(Duration.ofMillis(Math.max(0, next.atMillis() - clock.millis())));
            next.action().run();
            run();
            next = nextUntil(end);
        }
        clock.advance(Duration.ofMillis(end - clock.millis()));
        run();
    }

    private @Nullable Planned nextUntil(long end) {
        synchronized (planned) {
            Planned next = planned.stream()
                    .filter(each -> each.atMillis() <= end)
                    .min(Comparator.comparing(Planned::atMillis))
                    .orElse(null);
            planned.remove(next);
            return next;
        }
    }

    private void execute(Runnable worker) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        work.add(worker);
    }

    /** Lets one worker work, as another thread would. */
    void runOneWorker() {
        work.remove().run();
    }

    int waitingWorkers() {
        return work.size();
    }

    /** Waits until the store has written what it was told, and has told who wants to know. */
    void flush() throws StoreException {
        store().purge(DeliveryFilter.all(1).of("nothing"));
        store().purge(DeliveryFilter.all(1).of("nothing"));
    }

    private WebhookEvent event(String id) {
        byte[] body = ("{\"id\":\"" + id + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new WebhookEvent(id, "orders", clock.instant(), Headers.empty(), body);
    }

    @Override
    public void close() {
        store().close();
    }
}

package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.Backlog;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.EventStore.TakeOver;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several instances over one PostgreSQL database: who delivers what, and what happens when one dies. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedStoreTest {

    private static final String LANE = "orders/relaxed";
    private static final String STRICT = "orders/strict";
    private static final long MANY_BYTES = 100L << 20;

    private final PostgresServer server = PostgresServer.shared();
    private final String schema = PostgresServer.newSchema();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void deliversWhatItHasReceivedItselfWhileTheOthersLive() throws Exception {
        EventStore a = open("15s");
        EventStore b = open("15s");
        append(a, LANE, "a's");
        append(b, LANE, "b's");

        assertThat(bodies(fresh(a, LANE))).containsExactly("a's");
        assertThat(bodies(fresh(b, LANE))).containsExactly("b's");
        assertThat(a.takeOver().adopted()).isEmpty();
        assertThat(a.find(DeliveryFilter.all(10)))
                .as("operators see everything")
                .hasSize(2);
    }

    @Test
    void handsItsWorkOverWhenItIsClosed() throws Exception {
        EventStore a = open("15s");
        EventStore b = open("15s");
        append(a, LANE, "fresh");
        long tried = append(a, LANE, "tried");
        settle(a, LANE, Settlement.retry(tried, 1, 2, "503"));
        a.close();

        List<Backlog> adopted = b.takeOver().adopted();
        assertThat(adopted).hasSize(1);
        assertThat(adopted.get(0).deliveries()).isEqualTo(2);
        assertThat(bodies(b.due(LANE, Long.MAX_VALUE, 10, MANY_BYTES))).containsExactlyInAnyOrder("fresh", "tried");
        assertThat(b.takeOver().adopted()).as("only once").isEmpty();
        assertThat(count("SELECT count(*) FROM instance")).isEqualTo(1);
    }

    @Test
    void takesOverWhatADeadInstanceHadOnlyAfterThatHasStopped() throws Exception {
        CutOffProxy proxy = proxy();
        EventStore a = open("8s", proxy);
        EventStore b = open("8s");
        a.register(STRICT, true);
        b.register(STRICT, true);
        awaitTurn(a);
        long sequence = append(a, LANE, "one");
        append(a, STRICT, "two");
        assertThat(b.takeOver().adopted()).isEmpty();
        proxy.cut();

        AtomicBoolean bothAtOnce = new AtomicBoolean();
        List<Backlog> adopted = new ArrayList<>();
        List<Backlog> turns = new ArrayList<>();
        awaitUntil(() -> {
            TakeOver found = b.takeOver();
            adopted.addAll(found.adopted());
            turns.addAll(found.turns());
            if (!adopted.isEmpty() || !turns.isEmpty()) {
                bothAtOnce.compareAndSet(false, a.mayDeliver(LANE) || a.mayDeliver(STRICT));
            }
            return !adopted.isEmpty() && !turns.isEmpty();
        });
        assertThat(bothAtOnce).isFalse();
        awaitUntil(() -> b.mayDeliver(STRICT));
        assertThat(bodies(fresh(b, STRICT))).containsExactly("two");

        // what the dead one says when it is back counts for nothing
        proxy.mend();
        awaitUntil(() -> a.takeOver().afresh());
        settle(a, LANE, Settlement.done(sequence, 5));
        assertThat(bodies(b.due(LANE, Long.MAX_VALUE, 10, MANY_BYTES))).containsExactly("one");
        settle(a, STRICT, Settlement.done(sequence + 1, 5));
        assertThat(bodies(fresh(b, STRICT))).containsExactly("two");
        awaitUntil(() -> {
            a.takeOver();
            return a.mayDeliver(LANE);
        });
        assertThat(a.mayDeliver(STRICT)).isFalse();
        append(a, LANE, "three");
        assertThat(bodies(fresh(a, LANE))).containsExactly("three");
    }

    @Test
    void survivorsShareTheWorkOfADeadInstanceWithoutGettingAnythingTwice() throws Exception {
        EventStore dead = open("15s");
        int count = 3000;
        inParallel(8, () -> {
            for (int i = 0; i < count / 8; i++) {
                append(dead, LANE, "{}");
            }
            return null;
        });
        List<EventStore> survivors = List.of(open("15s"), open("15s"), open("15s"));
        dead.close();

        Set<Long> claimed = Collections.synchronizedSet(new HashSet<>());
        AtomicLong twice = new AtomicLong();
        Deque<EventStore> each = new ArrayDeque<>(survivors);
        inParallel(3, () -> {
            EventStore survivor;
            synchronized (each) {
                survivor = each.pop();
            }
            survivor.takeOver();
            for (StoredDelivery delivery : survivor.due(LANE, Long.MAX_VALUE, 2 * count, MANY_BYTES)) {
                if (!claimed.add(delivery.sequence())) {
                    twice.incrementAndGet();
                }
            }
            return null;
        });
        assertThat(twice).hasValue(0);
        assertThat(claimed).hasSize(count);
    }

    @Test
    void oneInstanceAtATimeDeliversALaneInOrderWithWhatAllHaveReceived() throws Exception {
        EventStore a = open("15s");
        EventStore b = open("15s");
        a.register(STRICT, true);
        b.register(STRICT, true);
        awaitTurn(a);
        b.takeOver();
        append(a, STRICT, "1");
        append(b, STRICT, "2");
        append(a, STRICT, "3");

        assertThat(a.mayDeliver(STRICT)).isTrue();
        assertThat(b.mayDeliver(STRICT)).isFalse();
        assertThat(bodies(fresh(a, STRICT))).containsExactly("1", "2", "3");
        List<Backlog> found = new ArrayList<>(); // counting is rare where it takes long
        awaitUntil(() -> found.addAll(a.takeOver().news()));
        assertThat(found).singleElement().satisfies(news -> {
            assertThat(news.deliveries()).isEqualTo(3);
            assertThat(news.lane()).isEqualTo(STRICT);
        });
        settle(b, STRICT, Settlement.done(fresh(a, STRICT).get(0).sequence(), 5));
        assertThat(fresh(a, STRICT)).as("not b's to settle").hasSize(3);
        settle(a, STRICT, Settlement.done(fresh(a, STRICT).get(0).sequence(), 5));
        a.close();

        assertThat(b.takeOver().turns())
                .singleElement()
                .satisfies(turn -> assertThat(turn.deliveries()).isEqualTo(2));
        assertThat(b.mayDeliver(STRICT)).isTrue();
        assertThat(bodies(fresh(b, STRICT))).containsExactly("2", "3");
    }

    @Test
    void aReaderThatFollowsALaneInOrderMissesNothing() throws Exception {
        EventStore a = open("15s");
        EventStore b = open("15s");
        a.register(STRICT, true);
        b.register(STRICT, true);
        awaitTurn(a);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService follower = Executors.newSingleThreadExecutor();
        Future<List<Long>> followed = follower.submit(() -> {
            List<Long> seen = new ArrayList<>();
            long after = 0;
            boolean last;
            do {
                last = done.get();
                EventStore.Page page = a.read(STRICT, after, 50, MANY_BYTES);
                page.deliveries().forEach(delivery -> seen.add(delivery.sequence()));
                after = page.readUpTo();
                last &= page.deliveries().isEmpty();
            } while (!last);
            return seen;
        });
        Set<Long> appended = Collections.synchronizedSet(new HashSet<>());
        Deque<EventStore> each = new ArrayDeque<>(List.of(a, b, a, b, a, b, a, b));
        inParallel(8, () -> {
            EventStore store;
            synchronized (each) {
                store = each.pop();
            }
            for (int i = 0; i < 50; i++) {
                appended.add(append(store, STRICT, "{}"));
            }
            return null;
        });
        done.set(true);
        assertThat(followed.get()).isSorted().hasSize(400).containsAll(appended);
        follower.shutdown();
    }

    @Test
    void refusesEventsWhileTheDatabaseIsAwayAndGoesOnByItself() throws Exception {
        CutOffProxy proxy = proxy();
        EventStore a = open("15s", proxy);
        long sequence = append(a, LANE, "before");
        proxy.cut();
        assertThatThrownBy(() -> append(a, LANE, "during"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be reached");
        assertThat(a.health().lastError()).contains("cannot be reached");
        CountDownLatch written = new CountDownLatch(1);
        a.settle(LANE, List.of(Settlement.done(sequence, 5)), written::countDown);
        proxy.mend();

        assertThat(written.await(60, TimeUnit.SECONDS)).as("kept and written").isTrue();
        append(a, LANE, "after");
        assertThat(bodies(awaitFresh(a))).containsExactly("after");
        assertThat(a.health().lastError()).isNull();
        assertThat(a.mayDeliver(LANE)).isTrue();
    }

    @Test
    void instancesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        inParallel(4, () -> {
            EventStore store = open("15s");
            append(store, LANE, "{}");
            return null;
        });
        assertThat(count("SELECT count(*) FROM schema_version")).isEqualTo(1);
        assertThat(count("SELECT count(*) FROM event")).isEqualTo(4);
        assertThat(count("SELECT count(*) FROM lane")).isEqualTo(1);
    }

    @Test
    void refusesTablesOfALaterVersion() throws Exception {
        open("15s").close();
        server.run(schema, "UPDATE schema_version SET version = 99");
        assertThatThrownBy(() -> open("15s"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("later version (schema 99)");
    }

    @Test
    void lanesWithoutOrderAnyMoreAreDeliveredByWhoStarts() throws Exception {
        EventStore a = open("15s");
        a.register(STRICT, true);
        awaitTurn(a);
        append(a, STRICT, "was strict");
        a.close();
        EventStore b = open("15s");
        b.register(STRICT, false);
        b.takeOver();
        assertThat(bodies(b.due(STRICT, Long.MAX_VALUE, 10, MANY_BYTES))).containsExactly("was strict");
        assertThat(b.takeOver()).isEqualTo(TakeOver.AFRESH);
        assertThat(b.backlog())
                .singleElement()
                .satisfies(all -> assertThat(all.deliveries()).isEqualTo(1));
    }

    @Test
    void saysWhatIsWrongWithoutThePassword() {
        String wrong = server.location(schema).replace("password=" + PostgresServer.PASSWORD, "password=geheim");
        assertThatThrownBy(() -> new PostgresStoreProvider().open(wrong, Clock.systemUTC()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("check user and password")
                .hasMessageNotContaining("geheim")
                .hasStackTraceContaining("jdbc:postgresql://")
                .satisfies(thrown -> assertThat(stackTrace(thrown)).doesNotContain("geheim"));
        String nowhere = "jdbc:postgresql://127.0.0.1:1/none?user=u&password=geheim";
        assertThatThrownBy(() -> new PostgresStoreProvider().open(nowhere, Clock.systemUTC()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be reached")
                .satisfies(thrown -> assertThat(stackTrace(thrown)).doesNotContain("geheim"));
    }

    @Test
    void showsWhereItIsWithoutCredentials() throws Exception {
        assertThat(open("15s").health().location())
                .startsWith("jdbc:postgresql://")
                .doesNotContain("user", PostgresServer.PASSWORD);
    }

    private static String stackTrace(Throwable thrown) {
        java.io.StringWriter text = new java.io.StringWriter();
        thrown.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    private EventStore open(String lease) throws StoreException {
        return remember(
                new PostgresStoreProvider().open(server.location(schema) + "&lease=" + lease, Clock.systemUTC()));
    }

    private EventStore open(String lease, CutOffProxy proxy) throws StoreException {
        String location = server.location(schema, proxy.hostAndPort()) + "&lease=" + lease;
        return remember(new PostgresStoreProvider().open(location, Clock.systemUTC()));
    }

    private CutOffProxy proxy() throws Exception {
        return remember(new CutOffProxy(server.host(), server.port()));
    }

    private <T extends AutoCloseable> T remember(T closeable) {
        synchronized (opened) {
            opened.push(closeable);
        }
        return closeable;
    }

    private long count(String query) throws Exception {
        try (java.sql.Connection connection = server.connect(schema)) {
            return Database.number(connection, query);
        }
    }

    private static void awaitTurn(EventStore store) {
        awaitUntil(() -> {
            store.takeOver();
            return store.mayDeliver(STRICT);
        });
    }

    private static List<StoredDelivery> awaitFresh(EventStore store) {
        List<StoredDelivery> found = new ArrayList<>();
        awaitUntil(() -> found.addAll(fresh(store, LANE)));
        return found;
    }

    private static long append(EventStore store, String lane, String body) throws StoreException {
        AtomicLong durable = new AtomicLong();
        store.append(Events.event(body), List.of(lane), durable::set);
        return durable.get();
    }

    private static void settle(EventStore store, String lane, Settlement settlement) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        store.settle(lane, List.of(settlement), written::countDown);
        assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static List<StoredDelivery> fresh(EventStore store, String lane) throws StoreException {
        return store.read(lane, 0, 1000, MANY_BYTES).deliveries();
    }

    private static List<String> bodies(List<StoredDelivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> new String(delivery.event().body(), java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    private static void awaitUntil(Patience.Condition condition) {
        Patience.awaitUntil(() -> {
            try {
                return condition.holds();
            } catch (StoreException e) {
                return false; // the database is away: asked again
            }
        });
    }

    private static void inParallel(int threads, Callable<Void> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> each : pool.invokeAll(Collections.nCopies(threads, work))) {
                each.get();
            }
        } finally {
            pool.shutdown();
        }
    }
}

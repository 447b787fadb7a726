package org.corewebhook.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.store.jdbc.Patience.awaitUntil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.Settlement;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events are in the journal or in rows, never in neither, and what reads them sees no difference. */
class FreshEventsTest {

    private static final String LANE = "test/lane";
    private static final String OTHER = "test/other";
    private static final long NOW = TestClock.START.toEpochMilli();

    /** What the store takes for the time: nothing gets old unless a test says so. */
    private final AtomicLong nanoTime = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    void whatIsDeliveredAtOnceNeverBecomesARow() throws Exception {
        try (EventStore store = open()) {
            for (int i = 0; i < 20; i++) {
                long sequence = append(store, Events.event("{}"), LANE);
                assertThat(rows("event")).isZero();
                settle(store, LANE, Settlement.done(sequence, NOW));
            }
            assertThat(rows("sqlite_sequence")).isZero();
        }
        try (EventStore store = open()) {
            assertThat(store.backlog()).isEmpty();
            assertThat(append(store, Events.event("{}"), LANE)).isEqualTo(21);
            assertThat(store.read(LANE, 21, 10, 1000).deliveries()).isEmpty();
            assertThat(store.read(LANE, 100, 10, 1000).deliveries()).isEmpty();
        }
    }

    @Test
    void aKilledProcessLeavesInTheJournalWhatHasNotEnded() throws Exception {
        Path copy = folder.resolve("copy");
        WebhookEvent kept = Events.event("{\"kept\":\"é\"}");
        WebhookEvent half = Events.event("half");
        try (EventStore store = open()) {
            long ended = append(store, Events.event("ended"), LANE);
            append(store, kept, LANE);
            long toBoth = append(store, half, LANE, OTHER);
            settle(store, LANE, Settlement.done(ended, NOW));
            settle(store, OTHER, Settlement.done(toBoth, NOW));
            assertThat(rows("event")).isZero();
            StoreFiles.copy(folder, copy);
        }
        try (EventStore store = open(copy)) {
            assertThat(read(store, LANE)).containsExactly("{\"kept\":\"é\"}", "half");
            assertThat(store.event(kept.id()).orElseThrow().event().headers().first("Content-Type"))
                    .isEqualTo("application/json");
        }
        try (EventStore store = open(copy)) {
            assertThat(read(store, LANE)).as("and only once").hasSize(2);
        }
    }

    @Test
    void aStartAfterACleanEndWritesNothingToTheDatabase() throws Exception {
        try (EventStore store = open()) {
            append(store, Events.event("{}"), LANE);
        }
        try (EventStore store = open()) {
            assertThat(Files.size(folder.resolve("webhooks.db-wal"))).isZero();
            assertThat(read(store, LANE)).hasSize(1);
        }
    }

    @Test
    void aFailedDeliveryMakesRowsOfAllAndLosesNone() throws Exception {
        try (EventStore store = open()) {
            append(store, Events.event("before"), OTHER);
            long failed = append(store, Events.event("failed"), LANE);
            append(store, Events.event("after"), LANE);
            settle(store, LANE, Settlement.retry(failed, NOW, NOW + 10, "503"));
            assertThat(rows("event")).isEqualTo(3);
            assertThat(store.due(LANE, NOW + 10, 10, 1 << 20)).hasSize(1);
            assertThat(read(store, LANE)).containsExactly("after");
            assertThat(read(store, OTHER)).containsExactly("before");
            append(store, Events.event("next"), LANE);
            assertThat(rows("event")).as("a lane that fails gets rows at once").isEqualTo(4);
            append(store, Events.event("next"), OTHER);
            assertThat(rows("event")).as("others do not").isEqualTo(4);
        }
    }

    @Test
    void anEndThatIsToBeRememberedIsARow() throws Exception {
        try (EventStore store = open()) {
            long kept = append(store, Events.event("kept"), LANE);
            settle(store, LANE, Settlement.kept(kept, NOW, NOW + 1000));
            assertThat(store.find(DeliveryFilter.all(10).in(DeliveryState.DONE)))
                    .hasSize(1);
            long dead = append(store, Events.event("dead"), OTHER);
            settle(store, OTHER, Settlement.dead(dead, NOW, "400"));
            assertThat(store.find(DeliveryFilter.all(10).in(DeliveryState.DEAD)))
                    .hasSize(1);
        }
    }

    @Test
    void oneOfSeveralLanesMayEndBeforeTheEventBecomesARow() throws Exception {
        try (EventStore store = open()) {
            long sequence = append(store, Events.event("{}"), LANE, OTHER);
            settle(store, LANE, Settlement.done(sequence, NOW));
            assertThat(store.backlog()).extracting(EventStore.Backlog::lane).containsExactly(OTHER);
            settle(store, OTHER, Settlement.done(sequence, NOW));
            assertThat(rows("event")).isZero();
        }
    }

    @Test
    void anOperatorSeesWhatIsInTheJournal() throws Exception {
        try (EventStore store = open()) {
            WebhookEvent event = Events.event("{}");
            append(store, event, LANE);
            assertThat(store.find(DeliveryFilter.all(10))).hasSize(1);
            WebhookEvent another = Events.event("another");
            append(store, another, LANE);
            assertThat(store.event(another.id())).isPresent();
        }
    }

    @Test
    void whatWaitsForLongerThanMostBecomesARow() throws Exception {
        try (EventStore store = open()) {
            append(store, Events.event("{}"), LANE);
            assertThat(rows("event")).isZero();
            nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1) + 1);
            awaitUntil(() -> rows("event") == 1);
        }
    }

    @Test
    void manyThatWaitBecomeRows() throws Exception {
        try (EventStore store = open()) {
            for (int i = 0; i < 1100; i++) {
                append(store, Events.event("{}"), LANE);
            }
            assertThat(rows("event")).isEqualTo(1100);
            assertThat(read(store, LANE)).hasSize(1100);
        }
    }

    @Test
    void theJournalIsWrittenAgainFromItsBeginningAndLosesNothing() throws Exception {
        Path copy = folder.resolve("copy");
        byte[] body = "x".repeat(60_000).getBytes(UTF_8);
        long slow;
        try (EventStore store = open()) {
            slow = append(store, Events.event("slow"), OTHER);
            for (int i = 0; i < 200; i++) {
                settle(store, LANE, Settlement.done(append(store, Events.event(body), LANE), NOW));
            }
            assertThat(Files.size(SqliteStore.journalOf(file(folder)))).isEqualTo(Journal.CAPACITY);
            assertThat(rows("event")).as("what was left of the first round").isEqualTo(1);
            append(store, Events.event("last"), OTHER);
            StoreFiles.copy(folder, copy);
        }
        try (EventStore store = open(copy)) {
            assertThat(read(store, LANE)).isEmpty();
            assertThat(read(store, OTHER)).containsExactly("slow", "last");
            assertThat(store.read(OTHER, 0, 1, 1000).deliveries().get(0).sequence())
                    .isEqualTo(slow);
        }
    }

    @Test
    void aJournalThatCannotBeWrittenCostsNoEvent() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        Journal journal = new Journal(SqliteStore.journalOf(file(folder)), true) {
            @Override
            void write(long token, List<JournalEntry> entries, Collection<Long> ended) throws IOException {
                if (fails.get()) {
                    throw new IOException("refused by the test");
                }
                super.write(token, entries, ended);
            }
        };
        try (EventStore store = SqliteStore.open(file(folder), true, journal, new TestClock(), nanoTime::get)) {
            append(store, Events.event("first"), LANE);
            assertThat(rows("event")).isEqualTo(1);
            fails.set(false);
            append(store, Events.event("second"), LANE);
            assertThat(rows("event")).isEqualTo(1);
            assertThat(read(store, LANE)).containsExactly("first", "second");
        }
    }

    @Test
    void aReaderMissesNothingWhileEventsGoBothWays() throws Exception {
        int count = 4000;
        byte[] large = new byte[300_000];
        try (EventStore store = open()) {
            List<Long> appended = Collections.synchronizedList(new ArrayList<>());
            AtomicLong next = new AtomicLong();
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread sender = new Thread(() -> {
                    for (long n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                        WebhookEvent event = n % 40 == 0 ? Events.event(large) : Events.event("{}");
                        appended.add(appendOrFail(store, event));
                    }
                });
                sender.start();
                senders.add(sender);
            }
            List<Long> seen = new ArrayList<>();
            long after = 0;
            long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (seen.size() < count) {
                assertThat(System.nanoTime()).as("seen %d", seen.size()).isLessThan(deadline);
                EventStore.Page page = store.read(LANE, after, 100, 1 << 20);
                after = page.readUpTo();
                page.deliveries().forEach(delivery -> seen.add(delivery.sequence()));
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(seen).isSorted().containsExactlyInAnyOrderElementsOf(appended);
        }
    }

    private static long appendOrFail(EventStore store, WebhookEvent event) {
        try {
            return append(store, event, LANE);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private EventStore open() throws Exception {
        return open(folder);
    }

    private EventStore open(Path in) throws Exception {
        Path file = file(in);
        Journal journal = new Journal(SqliteStore.journalOf(file), true);
        return SqliteStore.open(file, true, journal, new TestClock(), nanoTime::get);
    }

    private static Path file(Path in) {
        return in.resolve("webhooks.db");
    }

    private static long append(EventStore store, WebhookEvent event, String... lanes) throws Exception {
        AtomicLong sequence = new AtomicLong();
        store.append(event, List.of(lanes), sequence::set);
        return sequence.get();
    }

    private static void settle(EventStore store, String lane, Settlement settlement) throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        store.settle(lane, List.of(settlement), written::countDown);
        assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static List<String> read(EventStore store, String lane) throws Exception {
        List<StoredDelivery> read = store.read(lane, 0, 10_000, 100 << 20).deliveries();
        return read.stream()
                .map(delivery -> new String(delivery.event().body(), UTF_8))
                .toList();
    }

    /** Returns how many rows there are, without making any. */
    private long rows(String table) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file(folder))) {
            return Database.number(connection, "SELECT count(*) FROM " + table);
        }
    }
}

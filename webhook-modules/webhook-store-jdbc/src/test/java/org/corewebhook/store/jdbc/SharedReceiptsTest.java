package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.Receipt.Standing;
import org.corewebhook.store.Settlement;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receipts and kept events that two instances share through PostgreSQL. */
class SharedReceiptsTest {

    private static final String LANE = "orders/a";
    private static final long NOW = TestClock.START.toEpochMilli();
    private static final long HOUR = 3_600_000;
    private static final long LATER = NOW + 24 * HOUR;

    private final String location = PostgresServer.shared().location(PostgresServer.newSchema());
    private final TestClock clock = new TestClock();
    private EventStore one;
    private EventStore other;

    @BeforeEach
    void open() throws StoreException {
        one = new PostgresStoreProvider().open(location, clock);
        other = new PostgresStoreProvider().open(location, clock);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void knowsWhatTheOtherInstanceHasAccepted() throws Exception {
        Receipt receipt = new Receipt("key", LATER);

        assertThat(append(one, receipt)).isEqualTo(Standing.NEW);
        assertThat(append(other, receipt)).isEqualTo(Standing.ACCEPTED);
        assertThat(other.claim(receipt, NOW, NOW + HOUR)).isEqualTo(Standing.ACCEPTED);
        assertThat(one.find(DeliveryFilter.all(10))).hasSize(1);
    }

    @Test
    void aClaimHoldsForTheOthersUntilItIsDecidedOrItsLeaseEnds() throws Exception {
        Receipt receipt = new Receipt("key", LATER);
        assertThat(one.claim(receipt, NOW, NOW + HOUR)).isEqualTo(Standing.NEW);
        assertThat(other.claim(receipt, NOW + HOUR - 1, NOW + 2 * HOUR)).isEqualTo(Standing.IN_FLIGHT);
        assertThat(append(other, receipt)).isEqualTo(Standing.IN_FLIGHT);

        assertThat(other.claim(receipt, NOW + HOUR, NOW + 2 * HOUR)).isEqualTo(Standing.NEW);
        one.release(receipt);
        assertThat(one.claim(receipt, NOW + HOUR, NOW + 2 * HOUR))
                .as("who has lost the claim cannot release it")
                .isEqualTo(Standing.IN_FLIGHT);
        other.release(receipt);
        assertThat(other.claim(receipt, NOW + HOUR, NOW + 2 * HOUR)).isEqualTo(Standing.NEW);
        other.complete(receipt);
        assertThat(other.claim(receipt, NOW + 3 * HOUR, NOW + 4 * HOUR)).isEqualTo(Standing.ACCEPTED);
        assertThat(one.claim(receipt, NOW + 3 * HOUR, NOW + 4 * HOUR)).isEqualTo(Standing.ACCEPTED);
    }

    @Test
    void acceptsExactlyOneOfManyThatBothInstancesGetAtOnce() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 10; round++) {
                Receipt receipt = new Receipt("key" + round, LATER);
                List<Callable<Standing>> same = new ArrayList<>();
                same.addAll(Collections.nCopies(8, () -> append(one, receipt)));
                same.addAll(Collections.nCopies(8, () -> append(other, receipt)));
                List<Standing> standings = new ArrayList<>();
                for (Future<Standing> standing : senders.invokeAll(same)) {
                    standings.add(standing.get());
                }
                assertThat(Collections.frequency(standings, Standing.NEW)).isEqualTo(1);
                assertThat(Collections.frequency(standings, Standing.ACCEPTED)).isEqualTo(15);
            }
        } finally {
            senders.shutdownNow();
        }
        assertThat(one.find(DeliveryFilter.all(100))).hasSize(10);
    }

    @Test
    void replaysAndForgetsWhatTheOtherInstanceHasDeliveredAndKept() throws Exception {
        long[] sequence = new long[1];
        one.append(Events.event("{}"), List.of(LANE), durable -> sequence[0] = durable);
        one.settle(LANE, List.of(Settlement.kept(sequence[0], NOW, NOW + 5000)), () -> {});
        DeliveryFilter done = DeliveryFilter.all(10).in(DeliveryState.DONE);
        awaitCount(other, done, 1);

        assertThat(other.replay(done, NOW)).hasSize(1);
        assertThat(other.due(LANE, NOW, 10, 1000)).hasSize(1);
        other.settle(LANE, List.of(Settlement.kept(sequence[0], NOW, NOW + 5000)), () -> {});
        awaitCount(one, done, 1);
        clock.advance(Duration.ofSeconds(5));
        awaitCount(one, DeliveryFilter.all(10), 0);
    }

    private static Standing append(EventStore store, Receipt receipt) throws StoreException {
        return store.append(Events.event("{}"), List.of(LANE), EventStore.NO_KEY, receipt, sequence -> {});
    }

    private static void awaitCount(EventStore store, DeliveryFilter filter, int count) throws StoreException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (store.find(filter).size() != count) {
            assertThat(System.nanoTime()).as("Waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}

package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.store.jdbc.Patience.awaitUntil;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.Receipt.Standing;
import org.corewebhook.store.StoreException;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Receipts in a SQLite file: through the receiver, and through the store alone. */
class ReceiptsTest {

    private static final String LANE = "a/output";
    private static final long NOW = TestClock.START.toEpochMilli();
    private static final long HOUR = 3_600_000;
    private static final long LATER = NOW + 24 * HOUR;

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final List<WebhookEvent> delivered = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @EnumSource(Acknowledge.class)
    void knowsWhatWasAcceptedAfterARestartAndForgetsItAfterItsWindow(Acknowledge acknowledge) {
        try (WebhookProcessor processor = processor(acknowledge, delivered::add)) {
            assertThat(post(processor, "1")).isEqualTo(200);
            assertThat(post(processor, "1")).isEqualTo(200);
            awaitUntil(() -> delivered.size() == 1);
        }
        try (WebhookProcessor processor = processor(acknowledge, delivered::add)) {
            assertThat(post(processor, "1")).isEqualTo(200);
            assertThat(post(processor, "2")).isEqualTo(200);
            awaitUntil(() -> delivered.size() == 2);
            clock.advance(Duration.ofHours(1));
            assertThat(post(processor, "1")).isEqualTo(200);
            awaitUntil(() -> delivered.size() == 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Acknowledge.class)
    void acceptsExactlyOneOfManyAtOnce(Acknowledge acknowledge) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(16);
        try (WebhookProcessor processor = processor(acknowledge, delivered::add)) {
            for (int round = 0; round < 10; round++) {
                String id = "id" + round;
                List<Callable<Integer>> same = Collections.nCopies(16, () -> post(processor, id));
                for (Future<Integer> status : senders.invokeAll(same)) {
                    assertThat(status.get()).isIn(200, 503);
                }
                assertThat(post(processor, id)).isEqualTo(200);
            }
            awaitUntil(() -> delivered.size() >= 10);
        } finally {
            senders.shutdownNow();
        }
        assertThat(delivered).hasSize(10);
    }

    @Test
    void doesNotSwallowTheRetryAfterAFailedFirstAttempt() {
        AtomicInteger calls = new AtomicInteger();
        OutputModule failsOnce = event -> {
            if (calls.incrementAndGet() == 1) {
                throw DeliveryException.permanent("refused", null);
            }
            delivered.add(event);
        };
        try (WebhookProcessor processor = processor(Acknowledge.DELIVERED, failsOnce)) {
            assertThat(post(processor, "1")).isEqualTo(503);
            assertThat(post(processor, "1")).isEqualTo(200);
            assertThat(post(processor, "1")).isEqualTo(200);
        }
        assertThat(delivered).hasSize(1);
    }

    @Test
    void asksForALaterRetryWhenTheStoreCannotTell() throws Exception {
        EventStore store = open();
        WebhookProcessor processor = WebhookProcessor.builder()
                .clock(clock)
                .store(store)
                .endpoint(
                        "a",
                        e -> e.acknowledge(Acknowledge.DELIVERED)
                                .set("idempotency", Map.of("header", "X-Id"))
                                .output(delivered::add))
                .build();
        try (processor) {
            store.close();
            WebhookResponse response = processor.process(request("1"));
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.headers().first("Retry-After")).isEqualTo("5");
        }
        assertThat(delivered).isEmpty();
    }

    @Test
    void keepsNothingOfAnEventWhoseReceiptIsKnown() throws Exception {
        List<Long> sequences = new ArrayList<>();
        try (EventStore store = open()) {
            Receipt receipt = new Receipt("key", LATER);
            assertThat(append(store, receipt, sequences)).isEqualTo(Standing.NEW);
            assertThat(append(store, receipt, sequences)).isEqualTo(Standing.ACCEPTED);
            assertThat(append(store, new Receipt("other", LATER), sequences)).isEqualTo(Standing.NEW);
            assertThat(append(store, null, sequences)).isEqualTo(Standing.NEW);

            assertThat(sequences).containsExactly(1L, 2L, 3L);
            assertThat(store.read(LANE, 0, 10, 1000).deliveries()).hasSize(3);
        }
    }

    @Test
    void aClaimIsInFlightUntilItIsCompletedReleasedOrItsLeaseEnds() throws Exception {
        try (EventStore store = open()) {
            Receipt receipt = new Receipt("key", LATER);
            assertThat(store.claim(receipt, NOW, NOW + HOUR)).isEqualTo(Standing.NEW);
            assertThat(store.claim(receipt, NOW + HOUR - 1, NOW + 2 * HOUR)).isEqualTo(Standing.IN_FLIGHT);
            assertThat(append(store, receipt, new ArrayList<>())).isEqualTo(Standing.IN_FLIGHT);
            assertThat(store.claim(receipt, NOW + HOUR, NOW + 2 * HOUR)).isEqualTo(Standing.NEW);
            store.release(receipt);
            assertThat(store.claim(receipt, NOW + HOUR, NOW + 2 * HOUR)).isEqualTo(Standing.NEW);
            store.complete(receipt);
            assertThat(store.claim(receipt, NOW + 3 * HOUR, NOW + 4 * HOUR)).isEqualTo(Standing.ACCEPTED);
            assertThat(store.claim(receipt, LATER, LATER + 1)).isEqualTo(Standing.NEW);
        }
    }

    @Test
    void releasesOnlyClaimsNotWhatWasAccepted() throws Exception {
        try (EventStore store = open()) {
            Receipt receipt = new Receipt("key", LATER);
            append(store, receipt, new ArrayList<>());
            store.release(receipt);
            assertThat(store.claim(receipt, NOW, NOW + HOUR)).isEqualTo(Standing.ACCEPTED);
        }
    }

    @Test
    void forgetsClaimsOfAnEarlierProcessAtTheStart() throws Exception {
        Receipt claimed = new Receipt("claimed", LATER);
        Receipt accepted = new Receipt("accepted", LATER);
        try (EventStore store = open()) {
            store.claim(claimed, NOW, LATER);
            append(store, accepted, new ArrayList<>());
        }
        try (EventStore store = open()) {
            assertThat(store.claim(claimed, NOW, LATER)).isEqualTo(Standing.NEW);
            assertThat(store.claim(accepted, NOW, LATER)).isEqualTo(Standing.ACCEPTED);
        }
    }

    @Test
    void removesExpiredReceiptsInTheBackground() throws Exception {
        try (EventStore store = open()) {
            for (int i = 0; i < 1200; i++) {
                store.complete(new Receipt("soon" + i, NOW + 1000));
            }
            append(store, new Receipt("late", LATER), new ArrayList<>());
            assertThat(receipts()).isEqualTo(1201);
            clock.advance(Duration.ofSeconds(1));
            awaitUntil(() -> receipts() == 1);
            assertThat(store.claim(new Receipt("late", LATER), NOW, LATER)).isEqualTo(Standing.ACCEPTED);
        }
    }

    private EventStore open() throws StoreException {
        return new SqliteStoreProvider().open(location(), clock);
    }

    private String location() {
        return "sqlite:" + folder.resolve("events.db");
    }

    private static Standing append(EventStore store, Receipt receipt, List<Long> sequences) throws StoreException {
        return store.append(Events.event("{}"), List.of(LANE), EventStore.NO_KEY, receipt, sequences::add);
    }

    private WebhookProcessor processor(Acknowledge acknowledge, OutputModule output) {
        return WebhookProcessor.builder()
                .clock(clock)
                .store(location())
                .endpoint(
                        "a",
                        e -> e.acknowledge(acknowledge)
                                .set("idempotency", Map.of("header", "X-Id", "window", "1h"))
                                .output(output))
                .build();
    }

    private static int post(WebhookProcessor processor, String id) {
        return processor.process(request(id)).status();
    }

    private static WebhookRequest request(String id) {
        return WebhookRequest.post("/webhook/a").header("X-Id", id).body("{}").build();
    }

    /** Returns the number of receipts in the file, as any tool sees it. */
    private long receipts() {
        try (Connection connection = DriverManager.getConnection("jdbc:" + location());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM receipt")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}

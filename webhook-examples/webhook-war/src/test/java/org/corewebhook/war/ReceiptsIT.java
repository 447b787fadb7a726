package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repeated webhooks over ends of the process of every kind; the receiver is the WAR with its default store. */
class ReceiptsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> STORE = Map.of("WEBHOOK_STORE", "", "ADMIN_TOKEN", "operator");
    private static final int SENDERS = 16;

    @TempDir
    Path folder;

    private FlakyDestination destination;

    @BeforeEach
    void startDestination() throws IOException {
        destination = new FlakyDestination();
    }

    @AfterEach
    void stopDestination() {
        destination.close();
    }

    /**
     * Senders repeat each event until it is answered 200, and once more, as senders do that have not seen the answer.
     * The destination may get an event twice because a delivery is repeated after a kill; it must never be stored
     * twice, which the ids that we gave tell.
     */
    @Test
    void storesNoEventTwiceAndLosesNoneWhenKilledWhileSendersRepeat() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicInteger numbers = new AtomicInteger();
        List<String> unanswered = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks("stored"), STORE)) {
                for (String body : unanswered) {
                    assertThat(post(receiver, body)).isTrue();
                    acknowledged.add(body);
                }
                unanswered = sendUntilKilled(receiver, acknowledged, numbers);
            }
        }
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks("stored"), STORE)) {
            for (String body : unanswered) {
                assertThat(post(receiver, body)).isTrue();
                acknowledged.add(body);
            }
            for (String body : acknowledged) {
                assertThat(post(receiver, body)).isTrue();
            }
            Patience.awaitUntil(() -> new HashSet<>(destination.confirmed("/orders")).containsAll(acknowledged));
        }
        assertThat(acknowledged).hasSizeGreaterThan(SENDERS);
        Map<String, Set<String>> ids = destination.idsByBody();
        assertThat(ids.values()).allMatch(idsOfOne -> idsOfOne.size() == 1);
    }

    @Test
    void acceptsTheRetryOfADeliveryThatTheKillHasInterrupted() throws Exception {
        destination.failing(100, 503);
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks("delivered"), STORE)) {
            sender.execute(() -> post(receiver, "{\"n\":1}"));
            Patience.awaitUntil(() -> destination.refused() > 0);
            assertThat(post(receiver, "{\"n\":1}")).isFalse();
            receiver.process().destroyForcibly().waitFor();
        } finally {
            sender.shutdownNow();
        }
        destination.close(); // what the killed process has sent reaches nobody any more
        destination = new FlakyDestination();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks("delivered"), STORE)) {
            assertThat(post(receiver, "{\"n\":1}")).isTrue();
            assertThat(post(receiver, "{\"n\":1}")).isTrue();
        }
        assertThat(destination.confirmed("/orders")).containsExactly("{\"n\":1}");
    }

    private List<String> sendUntilKilled(ReceiverProcess receiver, Set<String> acknowledged, AtomicInteger numbers)
            throws InterruptedException {
        AtomicBoolean alive = new AtomicBoolean(true);
        Set<String> unanswered = ConcurrentHashMap.newKeySet();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        for (int i = 0; i < SENDERS; i++) {
            senders.execute(() -> {
                while (alive.get()) {
                    String body = "{\"n\":" + numbers.incrementAndGet() + "}";
                    unanswered.add(body);
                    if (post(receiver, body)) {
                        acknowledged.add(body);
                        unanswered.remove(body);
                        post(receiver, body);
                    }
                }
            });
        }
        long millis = 300 + ThreadLocalRandom.current().nextLong(700);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        receiver.process().destroyForcibly();
        alive.set(false);
        senders.shutdown();
        assertThat(senders.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        return new ArrayList<>(unanswered);
    }

    /** Returns whether it was answered 200; what the kill cuts off was not. */
    private static boolean post(ReceiverProcess receiver, String body) {
        try {
            return receiver.post("/webhook/orders", body.getBytes(StandardCharsets.UTF_8))
                            .statusCode()
                    == 200;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            return false;
        }
    }

    private String webhooks(String acknowledge) throws IOException {
        return JSON.writeValueAsString(Map.of(
                "orders",
                Map.of(
                        "module",
                        "http_webhook",
                        "module-config",
                        Map.of("url", destination.url("/orders")),
                        "acknowledge",
                        acknowledge,
                        "acknowledge_timeout",
                        "60s", // for the first delivery of a fresh process on a busy machine
                        "idempotency",
                        Map.of("pointer", "/n"))));
    }
}

package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.jdbc.SqliteStoreProvider;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power cut while 64 senders are at work: SIGKILL proves nothing about a disk, since the system writes what a killed
 * process has left. The receiver is stopped mid-write, and the disk is copied without what only the system's memory
 * has.
 */
@Tag("mount")
@Timeout(300)
class PowerCutIT {

    private static final int CUTS = Integer.getInteger("power.cuts", 2);
    private static final int SENDERS = 64;
    private static final int ENOUGH = 500;

    @TempDir
    Path folder;

    @Test
    void losesNothingThatWasAcknowledged() throws Exception {
        for (int cut = 0; cut < CUTS; cut++) {
            Outcome outcome = cut(Files.createDirectory(folder.resolve("cut" + cut)), "");
            System.out.printf("power cut: %d acknowledged, %d lost%n", outcome.acknowledged(), outcome.lost());
            assertThat(outcome.lost()).isZero();
        }
    }

    /** The control: were nothing lost here, the test above could not fail. */
    @Test
    void losesEventsWithoutSynchronisation() throws Exception {
        Outcome outcome = cut(Files.createDirectory(folder.resolve("unsafe")), "?synchronous=off");
        System.out.printf("control without fsync: %d acknowledged, %d lost%n", outcome.acknowledged(), outcome.lost());
        assertThat(outcome.lost()).isPositive();
    }

    private record Outcome(int acknowledged, int lost) {}

    private static Outcome cut(Path folder, String mode) throws Exception {
        Set<String> acknowledged;
        try (FlakyDestination destination = new FlakyDestination();
                LoopDisk disk = LoopDisk.create(folder.resolve("disk"), 128)) {
            destination.failing(100, 503);
            String store = "sqlite:" + disk.folder().resolve("data/webhooks.db") + mode;
            LoopDisk copy;
            try (ReceiverProcess receiver =
                    ReceiverProcess.start(folder, webhooks(destination), Map.of("WEBHOOK_STORE", store))) {
                Senders senders = new Senders(receiver);
                try {
                    senders.awaitAcknowledged(ENOUGH);
                    signal(receiver, "-STOP");
                    copy = disk.afterPowerCut(folder.resolve("copy"));
                } finally {
                    receiver.process().destroyForcibly();
                    acknowledged = senders.stop();
                }
            }
            try (copy) {
                Set<String> kept = bodies(copy.folder().resolve("data/webhooks.db"));
                Set<String> lost = new HashSet<>(acknowledged);
                lost.removeAll(kept);
                return new Outcome(acknowledged.size(), lost.size());
            }
        }
    }

    /** Senders that note what was answered with 200. */
    private static final class Senders {

        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean alive = new AtomicBoolean(true);
        private final AtomicInteger numbers = new AtomicInteger();
        private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS);

        Senders(ReceiverProcess receiver) {
            for (int i = 0; i < SENDERS; i++) {
                threads.execute(() -> {
                    while (alive.get()) {
                        send(receiver, "{\"n\":" + numbers.incrementAndGet() + ",\"x\":\"" + "x".repeat(1000) + "\"}");
                    }
                });
            }
        }

        private void send(ReceiverProcess receiver, String body) {
            try {
                if (receiver.post("/webhook/orders", body.getBytes(UTF_8)).statusCode() == 200) {
                    acknowledged.add(body);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                // not answered, so not acknowledged
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }

        void awaitAcknowledged(int count) {
            Patience.awaitUntil(() -> acknowledged.size() >= count);
        }

        Set<String> stop() throws InterruptedException {
            alive.set(false);
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            return acknowledged;
        }
    }

    private static Set<String> bodies(Path file) throws Exception {
        Set<String> bodies = new HashSet<>();
        try (EventStore store = new SqliteStoreProvider().open("sqlite:" + file, Clock.systemUTC())) {
            for (DeliveryView view : store.find(DeliveryFilter.all(Integer.MAX_VALUE))) {
                assertThat(view.lane()).isEqualTo("orders/http_webhook");
            }
            long after = 0;
            List<EventStore.StoredDelivery> page = List.of();
            do {
                page = store.read("orders/http_webhook", after, 1000, 1 << 30).deliveries();
                for (EventStore.StoredDelivery delivery : page) {
                    bodies.add(new String(delivery.event().body(), UTF_8));
                    after = delivery.sequence();
                }
            } while (!page.isEmpty());
            for (EventStore.StoredDelivery delivery :
                    store.due("orders/http_webhook", Long.MAX_VALUE, 1_000_000, 1 << 30)) {
                bodies.add(new String(delivery.event().body(), UTF_8));
            }
        }
        return bodies;
    }

    private static void signal(ReceiverProcess receiver, String signal) throws IOException {
        TestPrograms.run(
                Path.of("."), "kill", signal, String.valueOf(receiver.process().pid()));
    }

    private static String webhooks(FlakyDestination destination) {
        return "{\"orders\": {\"module\": \"http_webhook\", \"module-config\": {\"url\": \"" + destination.url("/")
                + "\"}, \"retry\": {\"enabled\": true, \"max_attempts\": 1000, \"initial_delay\": 60}}}";
    }
}

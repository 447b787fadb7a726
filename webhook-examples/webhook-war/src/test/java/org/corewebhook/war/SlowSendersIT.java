package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that are held and hardly used. {@code -Dslow.connections=5000} for more than the default of 500; test and
 * receiver need a file descriptor for each ({@code ulimit -n}).
 */
@Timeout(300)
class SlowSendersIT {

    private static final int CONNECTIONS = Integer.getInteger("slow.connections", 500);
    private static final String START = "POST /webhook/log HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    private static final Duration HELD = Duration.ofSeconds(6);
    private static final Duration HEADER_DEADLINE = Duration.ofSeconds(20);
    private static final int NOT_HELD_UP_MILLIS = 1000;

    @TempDir
    private Path folder;

    @Test
    void slowSendersHoldUpNobodyAndAreCutOff() throws Exception {
        List<SlowSender> headers = new ArrayList<>();
        List<SlowSender> bodies = new ArrayList<>();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, "{\"log\": {\"module\": \"log\"}}", Map.of())) {
            assertThat(usualMillis(receiver, 300)).isPositive(); // warm
            long begin = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                bodies.add(new SlowSender(receiver.port(), START + "Content-Length: 100\r\n\r\n\"", i % 2 == 0));
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                boolean drips = i % 2 == 0;
                headers.add(new SlowSender(receiver.port(), drips ? START + "X-Slow: " : "", drips));
            }
            Thread dripping = new Thread(() -> drip(headers, bodies), "dripping");
            dripping.setDaemon(true);
            dripping.start();

            while (System.nanoTime() - begin < HELD.toNanos()) {
                assertThat(usualMillis(receiver, 100)).isLessThan(NOT_HELD_UP_MILLIS);
            }
            boolean cutOff = headers.stream().anyMatch(SlowSender::isCutOff);
            assertThat(cutOff && System.nanoTime() - begin < HEADER_DEADLINE.toNanos())
                    .as("cut off before the deadline")
                    .isFalse();

            Patience.awaitUntil(() -> headers.stream().allMatch(SlowSender::isCutOff));
            Patience.awaitUntil(() -> bodies.stream().allMatch(SlowSender::isCutOff));
            assertThat(bodies).allSatisfy(body -> assertThat(body.answer()).startsWith("HTTP/1.1 408"));
            assertThat(usualMillis(receiver, 100)).isLessThan(NOT_HELD_UP_MILLIS);
            assertThat(receiver.log()).doesNotContain("ERROR");
            dripping.interrupt();
        } finally {
            for (SlowSender sender : headers) {
                sender.close();
            }
            for (SlowSender sender : bodies) {
                sender.close();
            }
        }
    }

    @Test
    void moreSlowBodiesThanThreadsHoldUpNobody() throws Exception {
        List<SlowSender> bodies = new ArrayList<>();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, "{\"log\": {\"module\": \"log\"}}", Map.of())) {
            assertThat(usualMillis(receiver, 300)).isPositive(); // warm
            for (int i = 0; i < 2 * EmbeddedServer.MAX_THREADS; i++) {
                String body = START + "Content-Length: 100\r\n\r\n\"";
                bodies.add(new SlowSender("127.0.0." + (i % 2 + 2), receiver.port(), body, false));
            }
            Patience.awaitUntil(
                    () -> bodies.stream().filter(SlowSender::isCutOff).count() > EmbeddedServer.MAX_THREADS);

            byte[] whole = (START + "Content-Length: 2\r\nConnection: close\r\n\r\n{}").getBytes(US_ASCII);
            assertThat(usualMillis(100, () -> {
                        String answer = new String(receiver.raw(whole), US_ASCII);
                        assertThat(answer).startsWith("HTTP/1.1 200");
                    }))
                    .isLessThan(NOT_HELD_UP_MILLIS);
            List<SlowSender> refused = bodies.stream()
                    .filter(SlowSender::isCutOff)
                    .filter(body -> !body.answer().startsWith("HTTP/1.1 408")) // waited for, and in vain
                    .toList();
            assertThat(refused)
                    .hasSizeGreaterThan(EmbeddedServer.MAX_THREADS)
                    .allSatisfy(body -> assertThat(body.answer())
                            .startsWith("HTTP/1.1 503")
                            .containsIgnoringCase("Retry-After: 1"));
        } finally {
            for (SlowSender sender : bodies) {
                sender.close();
            }
        }
    }

    /** Tomcat serves a request that is there when it has answered the one before, on the thread that answers others. */
    @Test
    void slowRequestsBehindStoredOnesHoldUpNobody() throws Exception {
        List<SlowSender> senders = new ArrayList<>();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, "{\"log\": {\"module\": \"log\"}}", Map.of())) {
            assertThat(usualMillis(receiver, 300)).isPositive(); // warm
            String whole = START + "Content-Length: 2\r\n\r\n{}";
            for (int i = 0; i < 100; i++) {
                senders.add(new SlowSender(
                        "127.0.0." + (i % 2 + 2),
                        receiver.port(),
                        whole + START + "Content-Length: 100\r\n\r\n\"",
                        false));
            }
            assertThat(usualMillis(receiver, 100)).isLessThan(NOT_HELD_UP_MILLIS);
            Patience.awaitUntil(() -> senders.stream().allMatch(sender -> {
                sender.isCutOff(); // reads what is there
                return sender.answer().startsWith("HTTP/1.1 200");
            }));
        } finally {
            for (SlowSender sender : senders) {
                sender.close();
            }
        }
    }

    @Test
    void sendersThatDoNotReadTheirAnswersHoldUpNobody() throws Exception {
        String whole = START + "Content-Length: 2\r\n\r\n{}";
        List<SlowSender> senders = new ArrayList<>();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, "{\"log\": {\"module\": \"log\"}}", Map.of())) {
            assertThat(usualMillis(receiver, 300)).isPositive(); // warm
            for (int i = 0; i < 10; i++) {
                senders.add(new SlowSender(receiver.port(), "", false));
            }
            // the receiver's system takes some megabytes of answers; then the one that is there in time lets its thread
            // wait for the sender, and one that comes later cuts the sender off, so it is either
            Patience.awaitUntil(() -> {
                senders.forEach(sender -> sender.push(whole));
                return senders.stream().allMatch(SlowSender::isStuck);
            });

            assertThat(usualMillis(receiver, 200)).isLessThan(NOT_HELD_UP_MILLIS);
        } finally {
            for (SlowSender sender : senders) {
                sender.close();
            }
        }
    }

    private static void drip(List<SlowSender> headers, List<SlowSender> bodies) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                headers.forEach(SlowSender::drip);
                bodies.forEach(SlowSender::drip);
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the test is over
        }
    }

    private static long usualMillis(ReceiverProcess receiver, int count) throws Exception {
        return usualMillis(
                count,
                () -> assertThat(receiver.post("/webhook/log", "{}".getBytes(UTF_8))
                                .statusCode())
                        .isEqualTo(200));
    }

    /**
     * The time that nine of ten exchanges stay below, one after another. Who is held up by others waits in each of
     * them; a busy machine holds up one or two.
     */
    private static long usualMillis(int count, Exchange exchange) throws Exception {
        long[] millis = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            exchange.run();
            millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + 1;
        }
        Arrays.sort(millis);
        return millis[count * 9 / 10];
    }

    @FunctionalInterface
    private interface Exchange {
        void run() throws Exception;
    }
}

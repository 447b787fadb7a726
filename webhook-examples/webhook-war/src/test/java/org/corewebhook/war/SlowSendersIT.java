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
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void slowSendersHoldUpNobodyAndAreCutOff() throws Exception {
        List<SlowSender> headers = new ArrayList<>();
        List<SlowSender> bodies = new ArrayList<>();
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, "{\"log\": {\"module\": \"log\"}}", Map.of())) {
            assertThat(slowest(receiver, 300)).isPositive(); // warm
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
                assertThat(slowest(receiver, 100))
                        .as("milliseconds of the slowest in 99 %")
                        .isLessThan(500);
            }
            assertThat(headers).noneMatch(SlowSender::isCutOff);

            Patience.awaitUntil(PATIENCE, () -> headers.stream().allMatch(SlowSender::isCutOff));
            Patience.awaitUntil(PATIENCE, () -> bodies.stream().allMatch(SlowSender::isCutOff));
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            assertThat(seconds).as("seconds until all were cut off").isLessThan(55);
            assertThat(bodies).allSatisfy(body -> assertThat(body.answer()).startsWith("HTTP/1.1 408"));
            assertThat(slowest(receiver, 100)).isLessThan(500);
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
            assertThat(slowest(receiver, 300)).isPositive(); // warm
            for (int i = 0; i < 2 * EmbeddedServer.MAX_THREADS; i++) {
                String body = START + "Content-Length: 100\r\n\r\n\"";
                bodies.add(new SlowSender("127.0.0." + (i % 2 + 2), receiver.port(), body, false));
            }
            Patience.awaitUntil(
                    PATIENCE, () -> bodies.stream().filter(SlowSender::isCutOff).count() > EmbeddedServer.MAX_THREADS);

            byte[] whole = (START + "Content-Length: 2\r\nConnection: close\r\n\r\n{}").getBytes(US_ASCII);
            for (int i = 0; i < 100; i++) {
                long begin = System.nanoTime();
                String answer = new String(receiver.raw(whole), US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 200");
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
                        .isLessThan(2000);
            }
            assertThat(bodies.stream().filter(SlowSender::isCutOff))
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
            assertThat(slowest(receiver, 300)).isPositive(); // warm
            String whole = START + "Content-Length: 2\r\n\r\n{}";
            for (int i = 0; i < 100; i++) {
                senders.add(new SlowSender(
                        "127.0.0." + (i % 2 + 2),
                        receiver.port(),
                        whole + START + "Content-Length: 100\r\n\r\n\"",
                        false));
            }
            assertThat(slowest(receiver, 100))
                    .as("milliseconds of the slowest in 99 %")
                    .isLessThan(500);
            assertThat(senders).allSatisfy(sender -> {
                assertThat(sender.isCutOff()).isFalse();
                assertThat(sender.answer()).startsWith("HTTP/1.1 200");
            });
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
            assertThat(slowest(receiver, 300)).isPositive(); // warm
            for (int i = 0; i < 10; i++) {
                senders.add(new SlowSender(receiver.port(), "", false));
            }
            // the receiver's system takes some megabytes of answers; then the one that is there in time lets its thread
            // wait for the sender, and one that comes later cuts the sender off, so it is either
            Patience.awaitUntil(PATIENCE, () -> {
                senders.forEach(sender -> sender.push(whole));
                return senders.stream().allMatch(SlowSender::isStuck);
            });

            assertThat(slowest(receiver, 200))
                    .as("milliseconds of the slowest in 99 %")
                    .isLessThan(1000);
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

    /** Sends so many webhooks, one after another, and returns the 99th percentile of their times in milliseconds. */
    private static long slowest(ReceiverProcess receiver, int count) throws Exception {
        long[] millis = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            int status = receiver.post("/webhook/log", "{}".getBytes(UTF_8)).statusCode();
            millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + 1;
            assertThat(status).isEqualTo(200);
        }
        Arrays.sort(millis);
        return millis[count * 99 / 100];
    }
}

package org.corewebhook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.util.Throwables;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Destinations that are slow, rude or gone; one attempt is made, and it ends in time. */
@Timeout(60)
class HttpWebhookDeadlineTest {

    private static final Duration TIMEOUT = Duration.ofMillis(400);

    /** For destinations that answer: a machine that is busy with other things may need longer than a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private RawServer server;
    private OutputModule module;

    @AfterEach
    void stop() throws Exception {
        module.close();
        server.close();
    }

    @Test
    void endsInTimeWhenTheServerSaysNothing() throws Exception {
        start("http", RawServerScripts::silence);

        assertTimedOut(failure(new byte[2]));
    }

    @Test
    void endsInTimeWhenTheServerTricklesItsHeaders() throws Exception {
        start("http", socket -> {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nX-Slow: ");
            RawServer.trickle(socket, (byte) 'a');
        });

        assertTimedOut(failure(new byte[2]));
    }

    @Test
    void endsInTimeWhenTheServerDoesNotReadTheBody() throws Exception {
        start("http", RawServerScripts::silence);

        assertTimedOut(failure(new byte[32 << 20]));
    }

    @Test
    void endsInTimeWhenTheTlsHandshakeStalls() throws Exception {
        start("https", RawServerScripts::silence);

        assertTimedOutOrNotAnswered(failure(new byte[2]));
    }

    @Test
    void countsAsDeliveredWhenOnlyTheBodyOfTheAnswerIsSlow() throws Exception {
        startWithTimeout(Duration.ofSeconds(5), "http", socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
            RawServer.trickle(socket, (byte) 'a');
        });

        long start = System.nanoTime();
        module.deliver(Events.event(""));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_MOST);
    }

    @Test
    void countsAsDeliveredWhenTheBodyOfTheAnswerNeverEnds() throws Exception {
        startWithTimeout(PATIENCE, "http", socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                RawServer.write(socket, "1000\r\n" + "a".repeat(0x1000) + "\r\n");
            }
        });

        module.deliver(Events.event(""));
        module.deliver(Events.event(""));

        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void countsAsDeliveredWhenTheBodyOfTheAnswerBreaksOff() throws Exception {
        startWithTimeout(PATIENCE, "http", socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        });

        module.deliver(Events.event(""));

        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void isNotRepeatedWhenTheConnectionBreaksWithoutAnAnswer() throws Exception {
        startWithTimeout(PATIENCE, "http", RawServer::readHead);

        assertThat(failure(new byte[0]).isRetryable()).isTrue();
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void mayBeRetriedWhenTheAnswerIsNoHttp() throws Exception {
        start("http", socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "SSH-2.0-OpenSSH_9.2\r\n");
        });

        assertThat(failure(new byte[0]).isRetryable()).isTrue();
    }

    @Test
    void mayBeRetriedWhenTheHeadersNeverEnd() throws Exception {
        start("http", socket -> {
            RawServer.readHead(socket);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\n");
            while (true) {
                RawServer.write(socket, "X: " + "a".repeat(1000) + "\r\n");
            }
        });

        assertThat(failure(new byte[0]).isRetryable()).isTrue();
    }

    @Test
    void doesNotQuoteAnAnswerThatQuotesTheRequest() throws Exception {
        start("http", socket -> socket.getInputStream().transferTo(socket.getOutputStream()));

        DeliveryException failure = failure(new byte[0]);

        assertThat(failure.isRetryable()).isTrue();
        assertThat(Throwables.getStackTrace(failure)).doesNotContain("s3cret");
    }

    @Test
    void aRunningCallReturnsSoonWhenTheModuleIsClosed() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        startWithTimeout(Duration.ofMinutes(5), "http", socket -> {
            connected.countDown();
            RawServerScripts.silence(socket);
        });
        FutureTask<DeliveryException> call = new FutureTask<>(() -> failure(new byte[2]));
        new Thread(call).start();
        assertThat(connected.await(AT_MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();

        module.close();

        DeliveryException failure = call.get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("closed");
    }

    @Test
    void failsRetryablyWhenItIsClosedAlready() throws Exception {
        start("http", RawServerScripts::silence);
        module.close();

        DeliveryException failure = failure(new byte[2]);

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("closed");
        assertThat(server.connections()).isZero();
    }

    private void start(String scheme, RawServer.Script script) throws Exception {
        startWithTimeout(TIMEOUT, scheme, script);
    }

    private void startWithTimeout(Duration timeout, String scheme, RawServer.Script script) throws Exception {
        server = new RawServer(script);
        Settings settings = Settings.of(Map.of(
                "url", scheme + "://127.0.0.1:" + server.port() + "/s3cret?token=s3cret",
                "headers", Map.of("Authorization", "s3cret"),
                "timeout", timeout.toMillis() + "ms"));
        module = new HttpWebhookProvider().create(settings, null);
        assertThat(settings.problems()).isEmpty();
    }

    private DeliveryException failure(byte[] body) {
        return catchThrowableOfType(DeliveryException.class, () -> {
            long start = System.nanoTime();
            try {
                module.deliver(Events.event(body));
            } finally {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_MOST);
            }
        });
    }

    private static void assertTimedOut(DeliveryException failure) {
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("has not answered within 400 ms");
    }

    /** The handshake has a time-out of its own, which may come first. */
    private static void assertTimedOutOrNotAnswered(DeliveryException failure) {
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure)
                .hasMessageMatching("https://127\\.0\\.0\\.1:\\d+ (did not answer|has not answered within 400 ms)");
    }

    private static final class RawServerScripts {

        private RawServerScripts() {}

        /** Accepts and neither reads nor writes; ends with the test, which closes the socket. */
        static void silence(Socket socket) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }
}

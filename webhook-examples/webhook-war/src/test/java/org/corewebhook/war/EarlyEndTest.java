package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.corewebhook.RequestHandler;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exchanges that end for Tomcat before they are answered, as senders see them. */
@Timeout(120)
class EarlyEndTest {

    private static final int NOTHING_MILLIS = 200;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration SHORT_IDLE = Duration.ofSeconds(5);

    private final RequestThreads threads = new RequestThreads(16);
    private final Later later = new Later();
    private EmbeddedServer server;

    @BeforeEach
    void start() throws Exception {
        start(IDLE);
    }

    private void start(Duration idle) throws Exception {
        server = new EmbeddedServer("127.0.0.1", 0, threads, idle);
        server.listen(later);
    }

    @AfterEach
    void stop() {
        server.close();
        threads.close();
    }

    /** Answers what is sent to {@code /now} at once, all else when the test says so. */
    private static final class Later implements RequestHandler {

        private record Waiting(String path, Consumer<WebhookResponse> sender) {
            void answer(WebhookResponse answer) {
                sender.accept(answer);
            }
        }

        private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

        @Override
        public boolean owns(String path) {
            return true;
        }

        @Override
        public WebhookResponse handle(WebhookRequest request) {
            return WebhookResponse.text(200, "at once");
        }

        @Override
        public void handle(WebhookRequest request, Consumer<WebhookResponse> sender) {
            if (request.path().equals("/now")) {
                sender.accept(handle(request));
            } else {
                waiting.add(new Waiting(request.path(), sender));
            }
        }

        Waiting next() throws InterruptedException {
            Waiting next = waiting.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a request").isNotNull();
            return next;
        }
    }

    /** A sender on one connection. */
    private final class Sender implements AutoCloseable {

        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        private final InputStream in = socket.getInputStream();

        Sender() throws IOException {}

        void send(String... requests) throws IOException {
            socket.getOutputStream().write(String.join("", requests).getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Reads one answer, by its length. */
        String answer() throws IOException {
            socket.setSoTimeout(20_000);
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                assertThat(next).as("end after %s", head).isNotNegative();
                head.write(next);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            int length = text.lines()
                    .filter(line -> line.regionMatches(true, 0, "Content-Length: ", 0, 16))
                    .mapToInt(line -> Integer.parseInt(line.substring(16)))
                    .sum();
            return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }

        boolean isLeftWithoutAnswer() throws IOException {
            return isLeftWithoutAnswer(Duration.ofMillis(NOTHING_MILLIS));
        }

        /** Tells whether neither an answer nor the end of the connection comes in this time. */
        boolean isLeftWithoutAnswer(Duration time) throws IOException {
            socket.setSoTimeout((int) time.toMillis());
            try {
                in.read();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            }
        }

        boolean isAtEnd() throws IOException {
            socket.setSoTimeout(50_000);
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String post(String path, String... headers) {
        return request("POST", path, "HTTP/1.1", headers);
    }

    private static String request(String method, String path, String version, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return method + " " + path + " " + version + "\r\nHost: localhost\r\nContent-Length: 2\r\n" + more + "\r\n{}";
    }

    @Test
    void theAnswerThatComesLaterIsTheOneThatTomcatWouldGive() throws Exception {
        WebhookResponse answer = WebhookResponse.json(200, "{\"who\":\"Zoë\"}").with("X-More", "a\tb");
        try (Sender sender = new Sender()) {
            sender.send(post("/later"));
            Later.Waiting waiting = later.next();
            assertThat(sender.isLeftWithoutAnswer()).isTrue();
            waiting.answer(answer);
            List<String> early = sender.answer().lines().toList();

            sender.send(post("/later", "Connection: keep-alive, x")); // this one ends in the way of all containers
            later.next().answer(answer);
            List<String> late = sender.answer().lines().toList();

            assertThat(early.get(0)).isEqualTo(late.get(0)).isEqualTo("HTTP/1.1 200 ");
            assertThat(withoutDate(early)).containsExactlyInAnyOrderElementsOf(withoutKeepAlive(withoutDate(late)));
            assertThat(early).anyMatch(line -> line.startsWith("Date: ") && line.endsWith(" GMT"));
        }
    }

    @Test
    void aSenderThatAsksToKeepTheConnectionHearsThatItIsKept() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later", "connection: Keep-Alive"));
            later.next().answer(WebhookResponse.accepted());
            String later = sender.answer();
            sender.send(post("/now", "connection: Keep-Alive"));
            String atOnce = sender.answer();

            assertThat(later).contains("Connection: keep-alive\r\n", "Keep-Alive: timeout=30\r\n");
            assertThat(atOnce).contains("Connection: keep-alive\r\n", "Keep-Alive: timeout=30\r\n");
        }
    }

    @Test
    void aConnectionIsNotIdleWhileItsAnswerIsOpenAndIsAfterwards() throws Exception {
        server.close();
        start(SHORT_IDLE);
        try (Sender sender = new Sender()) {
            sender.send(post("/later"));
            Later.Waiting waiting = later.next();
            assertThat(sender.isLeftWithoutAnswer(SHORT_IDLE.multipliedBy(2))).isTrue(); // and not closed either
            long answered = System.nanoTime();
            waiting.answer(WebhookResponse.accepted());
            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ");

            assertThat(sender.isAtEnd()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - answered)).isGreaterThan(SHORT_IDLE.dividedBy(2));
        }
    }

    @Test
    void aRefusalThatComesLaterReachesTheSenderAndTheConnectionStays() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later"), post("/behind"));
            Later.Waiting refused = later.next();
            Later.Waiting behind = later.next(); // so the exchange before it is over: Tomcat closes after its own 503
            refused.answer(WebhookResponse.text(503, "not stored").with("Retry-After", "5"));
            assertThat(sender.answer())
                    .startsWith("HTTP/1.1 503 \r\n")
                    .contains("Retry-After: 5\r\n")
                    .endsWith("\r\n\r\nnot stored");

            behind.answer(WebhookResponse.text(200, "stored"));
            assertThat(sender.answer()).endsWith("stored");
            sender.send(post("/now"));
            assertThat(sender.answer()).endsWith("at once");
        }
    }

    @Test
    void anAnswerWithoutContentHasNeitherBodyNorLength() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later"), post("/now"));
            later.next().answer(WebhookResponse.text(204, ""));

            assertThat(sender.answer()).startsWith("HTTP/1.1 204 \r\n").doesNotContain("Content-Length");
            assertThat(sender.answer()).endsWith("at once");
        }
    }

    @Test
    void noValueOfAHeaderBecomesAHeaderOfItsOwn() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later"));
            later.next().answer(WebhookResponse.text(200, "").with("X-Echo", "a\r\nSet-Cookie: b"));

            assertThat(sender.answer()).contains("X-Echo: a  Set-Cookie: b\r\n");
        }
    }

    @Test
    void answersLeaveInTheOrderOfTheRequests() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/1"), post("/2"), post("/now"), post("/3"));
            Later.Waiting first = later.next();
            Later.Waiting second = later.next();
            Later.Waiting third = later.next();
            assertThat(List.of(first.path(), second.path(), third.path())).containsExactly("/1", "/2", "/3");

            third.answer(WebhookResponse.text(200, "third"));
            second.answer(WebhookResponse.text(200, "second"));
            assertThat(sender.isLeftWithoutAnswer()).isTrue();
            first.answer(WebhookResponse.text(200, "first"));

            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                bodies.add(sender.answer().replaceFirst("(?s).*\r\n\r\n", ""));
            }
            assertThat(bodies).containsExactly("first", "second", "at once", "third");
        }
    }

    @Test
    void whoSendsOnAndOnWithoutWaitingIsReadAgainWhenAnswersAreGiven() throws Exception {
        int requests = 3 * OwedAnswers.MAX_OWED;
        try (Sender sender = new Sender()) {
            for (int i = 0; i < requests; i++) {
                sender.send(post("/" + i));
            }
            List<Later.Waiting> waiting = new ArrayList<>();
            for (int i = 0; i <= OwedAnswers.MAX_OWED; i++) {
                waiting.add(later.next());
            }
            assertThat(later.waiting.poll(NOTHING_MILLIS, TimeUnit.MILLISECONDS))
                    .isNull();

            for (int i = 0; i < requests; i++) {
                Later.Waiting next = i < waiting.size() ? waiting.get(i) : later.next();
                next.answer(WebhookResponse.text(200, next.path()));
                assertThat(sender.answer()).endsWith("\r\n\r\n/" + i);
            }
        }
    }

    @Test
    void whoSendsOnAndOnBehindAnOpenRequestIsCutOffBeforeHisAnswersFillTheMemory() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later"));
            Later.Waiting open = later.next();

            assertThatIOException().isThrownBy(() -> {
                for (int i = 0; i < 1_000_000; i++) {
                    sender.send(post("/now"));
                }
            });
            open.answer(WebhookResponse.accepted());
        }
    }

    @Test
    void whatIsKeptBehindSeveralOpenRequestsCountsTogether() throws Exception {
        int open = OwedAnswers.MAX_OWED / 2;
        String behindEach = post("/later") + post("/now").repeat(150); // less than the limit
        try (Sender sender = new Sender()) {
            assertThat(isCutOff(sender, behindEach.repeat(open))).isTrue();
            later.waiting.forEach(each -> each.answer(WebhookResponse.accepted()));
        }
    }

    @Test
    void whoDoesNotReadHisAnswersIsCutOffAndHoldsUpNobody() throws Exception {
        String large = "x".repeat(1 << 20);
        try (Sender deaf = new Sender();
                Sender other = new Sender()) {
            for (int i = 0; i < OwedAnswers.MAX_OWED; i++) {
                deaf.send(post("/" + i));
            }
            other.send(post("/other"));
            List<Later.Waiting> waiting = new ArrayList<>();
            for (int i = 0; i <= OwedAnswers.MAX_OWED; i++) {
                waiting.add(later.next()); // all, before the first answer cuts the sender off
            }
            waiting.forEach(
                    each -> each.answer(WebhookResponse.text(200, each.path().equals("/other") ? "fine" : large)));

            assertThat(other.answer()).endsWith("fine");
            assertThat(endsSoon(deaf)).isTrue();
        }
    }

    private static boolean isCutOff(Sender sender, String requests) throws IOException {
        try {
            sender.send(requests);
        } catch (IOException e) {
            return true; // before all was sent
        }
        return endsSoon(sender);
    }

    private static boolean endsSoon(Sender sender) throws IOException {
        sender.socket.setSoTimeout(20_000);
        try {
            return sender.in.skip(Long.MAX_VALUE) >= 0 && sender.in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Test
    void whoHasSentAllIsAnsweredBeforeTheConnectionIsClosed() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later"));
            sender.socket.shutdownOutput();
            Later.Waiting waiting = later.next();
            assertThat(sender.isLeftWithoutAnswer()).isTrue();
            waiting.answer(WebhookResponse.accepted());

            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(sender.isAtEnd()).isTrue();
        }
    }

    @Test
    void whatIsNoRequestDoesNotTakeTheAnswerFromTheOneBefore() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later"), "GET /no-host HTTP/1.1\r\n\r\n");
            Later.Waiting waiting = later.next();
            assertThat(sender.isLeftWithoutAnswer()).isTrue();
            waiting.answer(WebhookResponse.accepted());

            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(sender.in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void theAnswerToASenderThatHasGoneReachesNobodyElse() throws Exception {
        List<Later.Waiting> orphans = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (Sender gone = new Sender()) {
                gone.socket.setSoLinger(true, 0); // a reset: Tomcat uses what it had for that connection again
                gone.send(post("/gone"));
                orphans.add(later.next());
            }
        }
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Sender sender = new Sender();
            senders.add(sender);
            sender.send(post("/" + i));
        }
        List<Later.Waiting> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(later.next());
        }
        orphans.forEach(orphan -> orphan.answer(WebhookResponse.text(200, "for one who has gone")));
        waiting.forEach(each -> each.answer(WebhookResponse.text(200, each.path())));

        for (int i = 0; i < 5; i++) {
            assertThat(senders.get(i).answer()).endsWith("\r\n\r\n/" + i);
            senders.get(i).close();
        }
    }

    @Test
    void whoWantsTheConnectionClosedIsAnsweredLaterToo() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(post("/later", "Connection: close"));
            later.next().answer(WebhookResponse.accepted());

            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ").contains("Connection: close\r\n");
            assertThat(sender.isAtEnd()).isTrue();
        }
    }

    @Test
    void anOldVersionOfHttpIsAnsweredLaterToo() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send(request("POST", "/later", "HTTP/1.0"));
            later.next().answer(WebhookResponse.accepted());

            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(sender.isAtEnd()).isTrue();
        }
    }

    @Test
    void aRequestForTheHeadersAloneGetsNoBodyLater() throws Exception {
        try (Sender sender = new Sender()) {
            sender.send("HEAD /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
            later.next().answer(WebhookResponse.text(200, ""));
            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ");

            sender.send(post("/now"));
            assertThat(sender.answer()).startsWith("HTTP/1.1 200 ").endsWith("at once");
        }
    }

    private static List<String> withoutDate(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("Date: ")).toList();
    }

    private static List<String> withoutKeepAlive(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("Keep-Alive: ") && !line.startsWith("Connection: "))
                .toList();
    }
}

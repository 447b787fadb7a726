package org.corewebhook.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.corewebhook.DataType;
import org.corewebhook.EndpointBuilder;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the filter does in any servlet container, seen from a plain socket. */
@Timeout(60)
abstract class ContainerContract {

    private final ConcurrentLinkedQueue<WebhookEvent> events = new ConcurrentLinkedQueue<>();
    private final WebhookProcessor processor = WebhookProcessor.builder()
            .endpoint("blob", e -> keepsEvents(e).dataType(DataType.BLOB))
            .endpoint("guarded", e -> keepsEvents(e).dataType(DataType.BLOB).authorization("Bearer t"))
            .endpoint("challenged", e -> keepsEvents(e).handshake(ContainerContract::answerChallenge))
            .build();
    private int port;

    /** Starts a container with the filter on all paths and the echo servlet behind it, on a free port. */
    abstract int start(WebhookFilter filter, EchoServlet echo) throws Exception;

    abstract void stop() throws Exception;

    /** Tells whether the container is to let exchanges go on without their thread, and answers come late. */
    boolean answersLate() {
        return false;
    }

    @BeforeEach
    void startContainer() throws Exception {
        port = start(new WebhookFilter(answersLate() ? new LateAnswers(processor) : processor), new EchoServlet());
    }

    @AfterEach
    void stopContainer() throws Exception {
        stop();
        processor.close();
    }

    @Test
    void passesOnTheExactBytesWithAndWithoutContentLength() throws Exception {
        byte[] body = new byte[300_000];
        new Random(7).nextBytes(body);

        assertThat(send(head("POST /webhook/blob", "Content-Length: " + body.length), body))
                .startsWith("HTTP/1.1 200");
        assertThat(send(head("POST /webhook/blob", "Transfer-Encoding: chunked"), chunked(body)))
                .startsWith("HTTP/1.1 200");
        assertThat(send(head("POST /webhook/blob", "Content-Length: 0"), new byte[0]))
                .startsWith("HTTP/1.1 200");

        List<WebhookEvent> received = new ArrayList<>(events);
        assertThat(received.get(0).body()).isEqualTo(body);
        assertThat(received.get(1).body()).isEqualTo(body);
        assertThat(received.get(2).body()).isEmpty();
    }

    @Test
    void keepsDuplicateHeadersInOrderAndAnswersWithALength() throws Exception {
        String answer = send(head("POST /webhook/blob", "Content-Length: 1", "X-A: 1", "x-a: 2"), new byte[1]);

        assertThat(answer).contains("{\"message\":\"200 OK\"}").containsIgnoringCase("content-length: 20");
        assertThat(events.element().headers().all("X-A")).containsExactly("1", "2");
    }

    @Test
    void passesWhatIsNotItsOwnUntouched() throws Exception {
        for (String path : List.of("/webhooks/blob", "/other?a=1", "/", "/webhookblob")) {
            String answer = send(head("POST " + path, "Content-Length: 7"), "a=%2A&b".getBytes(UTF_8));
            assertThat(answer).as(path).contains("echo:a=%2A&b");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void answersBeforeAndWhileASenderUploadsTooMuch() throws Exception {
        byte[] eleven = new byte[11 << 20];
        String refused = send(head("POST /webhook/blob", "Content-Length: " + eleven.length), eleven);
        assertThat(refused).startsWith("HTTP/1.1 413").contains("Payload too large: 11534336 bytes (max: 10485760)");
        assertThat(send(head("POST /webhook/blob", "Transfer-Encoding: chunked"), chunked(eleven)))
                .startsWith("HTTP/1.1 413");
        assertThat(events).isEmpty();
    }

    @Test
    void refusesASenderThatAsksFirstWithoutWaitingForItsBody() throws Exception {
        String head = head("POST /webhook/guarded", "Content-Length: 1000000", "Expect: 100-continue");
        assertThat(send(head, new byte[0])).startsWith("HTTP/1.1 401");
    }

    @Test
    void tellsASenderThatAsksFirstToGoOnWhenTheBodyIsWanted() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST /webhook/blob", "Content-Length: 3", "Expect: 100-continue")
                    .getBytes(ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), ISO_8859_1)).isEqualTo("HTTP/1.1 100");
            out.write("abc".getBytes(UTF_8));
            out.flush();
            assertThat(new String(in.readAllBytes(), ISO_8859_1)).contains("HTTP/1.1 200");
        }
        assertThat(events.element().body()).isEqualTo("abc".getBytes(UTF_8));
    }

    @Test
    void answersOnOneConnectionOneRequestAfterTheOther() throws Exception {
        String one = head("POST /webhook/blob", "Content-Length: 1").replace("Connection: close\r\n", "");
        String bad = head("POST /webhook/guarded", "Content-Length: 5").replace("Connection: close\r\n", "");
        String last = head("POST /webhook/blob", "Content-Length: 1");
        String answers = send(one + "a" + bad + "bbbbb" + last, "c".getBytes(UTF_8));

        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(4);
        assertThat(answers).contains("HTTP/1.1 401");
        assertThat(events).hasSize(2);
    }

    @Test
    void neverFailsOnStrangePathsAndMethods() throws Exception {
        for (String target :
                List.of("/webhook/a%20b", "/webhook/caf%C3%A9", "/webhook/a;b=c", "/webhook/" + "x".repeat(101))) {
            String answer = send(head("POST " + target, "Content-Length: 2"), "{}".getBytes(UTF_8));
            assertThat(answer).as(target).startsWith("HTTP/1.1 400");
        }
        assertThat(send(head("POST /webhook", "Content-Length: 0"), new byte[0]))
                .startsWith("HTTP/1.1 404");
        String wrongMethod = send(head("PUT /webhook/blob", "Content-Length: 0"), new byte[0]);
        assertThat(wrongMethod).startsWith("HTTP/1.1 405").containsIgnoringCase("allow: POST");
    }

    @Test
    void answersHandshakesOfEveryMethod() throws Exception {
        assertThat(send(head("GET /webhook/challenged?challenge=a%2Bb"), new byte[0]))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("content-type: text/plain")
                .containsIgnoringCase("x-content-type-options: nosniff")
                .endsWith("\r\n\r\na+b");
        assertThat(send(head("HEAD /webhook/challenged?challenge=abc"), new byte[0]))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\n");
        assertThat(send(head("OPTIONS /webhook/challenged?challenge=abc"), new byte[0]))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("webhook-allowed-origin: origin.example");
        assertThat(send(head("POST /webhook/challenged?challenge=", "Content-Length: 2"), "{}".getBytes(UTF_8)))
                .startsWith("HTTP/1.1 204")
                .doesNotContainIgnoringCase("content-length")
                .endsWith("\r\n\r\n");
        assertThat(send(head("GET /webhook/challenged"), new byte[0])).startsWith("HTTP/1.1 405");
        assertThat(events).isEmpty();
    }

    private static @Nullable WebhookResponse answerChallenge(WebhookRequest request) {
        for (String challenge : request.queryParameters("challenge")) {
            return challenge.isEmpty()
                    ? WebhookResponse.text(204, "")
                    : WebhookResponse.text(200, challenge).with("WebHook-Allowed-Origin", "origin.example");
        }
        return null;
    }

    private static String head(String methodAndTarget, String... headers) {
        return methodAndTarget + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + String.join("\r\n", headers)
                + "\r\n\r\n";
    }

    private static byte[] chunked(byte[] body) throws IOException {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        int size = 50_000;
        for (int i = 0; i < body.length; i += size) {
            int length = Math.min(size, body.length - i);
            out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            out.write(body, i, length);
            out.write("\r\n".getBytes(ISO_8859_1));
        }
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        return out.toByteArray();
    }

    private EndpointBuilder keepsEvents(EndpointBuilder endpoint) {
        return endpoint.output(events::add).acknowledgeTimeout(Duration.ofSeconds(20)); // for a busy machine
    }

    /** Sends everything before it reads anything, as simple senders do, if the server does not close before. */
    private String send(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            RawRequest.write(socket, head.getBytes(ISO_8859_1), body);
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Stands for the host application: answers with the body that it sees. */
    static final class EchoServlet extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = request.getInputStream().readAllBytes();
            response.getOutputStream().write("echo:".getBytes(UTF_8));
            response.getOutputStream().write(body);
        }
    }
}

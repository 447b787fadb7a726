package org.corewebhook.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.servlet.RawRequest.Answer;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an application behind the filter sees in any servlet container: what it would have seen without it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SignatureFilterContract {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String LATIN_1 = FORM + "; charset=ISO-8859-1";
    private static final String HMAC =
            "{\"hmac\": {\"header\": \"X-Signature\", \"secret\": \"" + RawRequest.SECRET + "\"}}";
    private static final String BOUNDARY = "----bound";

    private ServletContainer container;

    /** Starts the container. */
    abstract ServletContainer start(Path work, ServletContainer.Application application) throws Exception;

    @BeforeAll
    void startContainer(@TempDir Path folder) throws Exception {
        container = start(folder, this::register);
    }

    @AfterAll
    void stopContainer() throws Exception {
        container.close();
    }

    private void register(ServletContext context) throws ServletException {
        ServletRegistration.Dynamic application = context.addServlet("application", new Application());
        application.addMapping("/*");
        application.setAsyncSupported(true);
        application.setMultipartConfig(new MultipartConfigElement(""));

        Validator signature = ValidatorList.parse(HMAC);
        add(context, "/hooks/*", new SignatureFilter(signature));
        FilterRegistration.Dynamic dispatched = context.addFilter("dispatched", new SignatureFilter(signature));
        dispatched.setAsyncSupported(true);
        dispatched.addMappingForUrlPatterns(
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), true, "/dispatched/*");
        add(context, "/consumed/*", (request, response, chain) -> {
            consume((HttpServletRequest) request);
            chain.doFilter(request, response);
        });
        add(context, "/consumed/*", new SignatureFilter(signature));
        add(
                context,
                "/lenient/*",
                SignatureFilter.builder(signature).passRefusedOn().build());
        add(
                context,
                "/small/*",
                SignatureFilter.builder(signature).maxBodyBytes(100).build());
        add(
                context,
                "/hasty/*",
                SignatureFilter.builder(signature)
                        .bodyTimeout(Duration.ofNanos(1))
                        .build());
        add(
                context,
                "/poor/*",
                SignatureFilter.builder(signature).maxBodyBytesInFlight(70_000).build());
        add(context, "/twice/*", new SignatureFilter(signature));
        add(context, "/twice/*", new SignatureFilter(signature));
        add(context, "/handshake/*", new SignatureFilter(new EchoingHandshake()));
        add(context, "/broken/*", new SignatureFilter(request -> {
            throw new IllegalStateException("a defect");
        }));
        FilterRegistration.Dynamic named = context.addFilter("named", SignatureFilter.class.getName());
        named.setInitParameter("validators", HMAC);
        named.setInitParameter("max_body_bytes", "1kB");
        named.addMappingForUrlPatterns(null, true, "/named/*");
    }

    private static void add(ServletContext context, String pattern, Filter filter) {
        String name = "filter" + context.getFilterRegistrations().size();
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(null, true, pattern);
    }

    private static void consume(HttpServletRequest request) throws IOException, ServletException {
        switch (request.getHeader("X-Consume")) {
            case "parameter" -> request.getParameter("a");
            case "parts" -> request.getParts();
            case "reader" -> request.getReader().readLine();
            case "stream" -> request.getInputStream().readAllBytes();
            default -> request.getInputStream().read();
        }
    }

    /** Every body that is known to make trouble. */
    private static Map<String, RawRequest> bodies() {
        Map<String, RawRequest> bodies = new LinkedHashMap<>();
        bodies.put("duplicates", RawRequest.of(FORM, "a=1&a=2"));
        bodies.put("needless escape", RawRequest.of(FORM, "a=%2A&b=*&%63=%7e"));
        bodies.put("plus", RawRequest.of(FORM, "a=1+2&b=1%2B2&c=1%202&+=+"));
        bodies.put("latin-1", RawRequest.of(LATIN_1, "name=caf\u00e9&same=caf%E9".getBytes(ISO_8859_1)));
        bodies.put("utf-8", RawRequest.of(FORM + ";charset=utf-8", "name=caf\u00e9&same=caf%C3%A9&\u20ac=1"));
        bodies.put("odd pairs", RawRequest.of(FORM, "a=1&b&c=&d=e=f"));
        bodies.put(
                "chunked form",
                RawRequest.of(FORM, "a=1&a=%2A&b=" + "x".repeat(500)).inChunks());
        bodies.put("empty", RawRequest.of(null, ""));
        bodies.put("empty form", RawRequest.of(FORM, ""));
        bodies.put("empty in chunks", RawRequest.of(FORM, "").inChunks());
        bodies.put("JSON", RawRequest.of("application/json;charset=utf-8", "{ \"a\" : \"caf\u00e9 + %2A\" }\r\n"));
        bodies.put(
                "text in latin-1", RawRequest.of("text/plain; charset=ISO-8859-1", "caf\u00e9".getBytes(ISO_8859_1)));
        bodies.put(
                "compressed",
                RawRequest.of("application/octet-stream", zipped()).header("Content-Encoding: gzip"));
        bodies.put(
                "binary in chunks",
                RawRequest.of("application/octet-stream", random(200_000)).inChunks());
        bodies.put("multipart", RawRequest.of(multipartType(), multipart()));
        bodies.put(
                "multipart in chunks",
                RawRequest.of(multipartType(), multipart()).inChunks());
        return bodies;
    }

    @TestFactory
    List<DynamicTest> theApplicationSeesWhatItWouldSeeWithoutTheFilter() {
        List<DynamicTest> tests = new ArrayList<>();
        bodies().forEach((name, body) -> {
            String type = String.valueOf(body.contentType());
            List<String> ways = new ArrayList<>(List.of("stream", "reader", "listener", "bytewise"));
            ways.add(type.startsWith(FORM) || type.startsWith("multipart") ? "parameters" : "parameters,stream");
            if (type.startsWith("multipart")) {
                ways.addAll(List.of("parts", "parameters,parts"));
            }
            for (String way : ways) {
                tests.add(DynamicTest.dynamicTest(name + ", " + way, () -> {
                    RawRequest request = body.header("X-Ways: " + way).signed();
                    Answer bare = request.send(container.port(), "/app/bare?q=%2B+1&a=0");
                    Answer filtered = request.send(container.port(), "/app/hooks/a?q=%2B+1&a=0");
                    assertThat(bare.status()).isEqualTo(200);
                    assertThat(filtered.text()).isEqualTo(bare.text());
                    assertThat(filtered.status()).isEqualTo(200);
                }));
            }
        });
        return tests;
    }

    @TestFactory
    List<DynamicTest> theBytesThatAreVerifiedAndKeptAreThoseThatWereSent() {
        List<DynamicTest> tests = new ArrayList<>();
        bodies().forEach((name, body) -> tests.add(DynamicTest.dynamicTest(name, () -> {
            Answer answer = body.header("X-Ways: parameters,reader,attributes,stream")
                    .signed()
                    .send(container.port(), "/app/hooks/a");
            String sent = Application.seen(body.body());
            assertThat(answer.text()).endsWith("accepted\n" + sent + sent);

            byte[] other = body.body().length == 0 ? new byte[1] : body.body().clone();
            other[other.length / 2] ^= 1;
            List<String> signature = body.signed().headers();
            RawRequest forged = new RawRequest(body.contentType(), other, body.chunked(), signature);
            Answer refusal = forged.send(container.port(), "/app/hooks/a");
            assertThat(refusal.status()).isEqualTo(401);
        })));
        return tests;
    }

    @Test
    void parametersAreDecodedOnceAndKeepOrderAndDuplicates() throws Exception {
        assertThat(parameters("/app/hooks/a?a=0&b=%26", RawRequest.of(FORM, "a=1&a=%2A&a=1+2&b=%2B")))
                .isEqualTo("a=[0, 1, *, 1 2]\nb=[&, +]\n2 parameters\n");
        assertThat(parameters("/app/hooks/a", RawRequest.of(LATIN_1, "n=\u00e9%E9".getBytes(ISO_8859_1))))
                .isEqualTo("n=[\u00e9\u00e9]\n1 parameters\n");
        assertThat(parameters("/app/hooks/a", RawRequest.of(FORM, "n=\u00e9%C3%A9&&%zz&")))
                .as("UTF-8 unless the sender says otherwise; a broken escape stands for itself, nothing for nothing")
                .isEqualTo("%zz=[]\nn=[\u00e9\u00e9]\n2 parameters\n");
        assertThat(parameters("/app/hooks/a?q=1", RawRequest.of(FORM, "n=1").header("Content-Encoding: br")))
                .isEqualTo("q=[1]\n1 parameters\n");
        assertThat(parameters("/app/hooks/a", RawRequest.of(multipartType(), multipart())))
                .isEqualTo("a=[1, 2]\n1 parameters\n");
    }

    @Test
    void aCharsetThatTheApplicationSetsBeforeItReadsIsUsed() throws Exception {
        RawRequest latin1 = RawRequest.of(FORM, "n=caf\u00e9".getBytes(ISO_8859_1))
                .header("X-Ways: encoding,parameters,reader")
                .signed();
        assertThat(latin1.send(container.port(), "/app/hooks/a").text())
                .isEqualTo("n=[caf\u00e9]\n1 parameters\nread " + Application.seen("n=caf\u00e9".getBytes(UTF_8)));
    }

    @Test
    void tenMebibytesAreSeenInFullAndOneByteMoreIsRefused() throws Exception {
        byte[] body = random(10 << 20);
        RawRequest largest = RawRequest.of("application/octet-stream", body);
        String sent = Application.seen(body);
        for (RawRequest request : List.of(largest, largest.inChunks())) {
            Answer answer = request.header("X-Ways: stream,attributes").signed().send(container.port(), "/app/hooks/a");
            assertThat(answer.text()).isEqualTo(sent + "accepted\n" + sent);
        }
        assertThat(largest.header("X-Ways: listener")
                        .signed()
                        .send(container.port(), "/app/hooks/a")
                        .text())
                .isEqualTo("heard " + sent);
        String value = "v".repeat((10 << 20) - 2);
        assertThat(parameters("/app/hooks/a", RawRequest.of(FORM, "a=" + value)))
                .isEqualTo("a=" + Application.seen(("[" + value + "]").getBytes(UTF_8)) + "\n1 parameters\n");

        RawRequest tooLarge = RawRequest.of("application/octet-stream", random((10 << 20) + 1))
                .signed();
        for (RawRequest request : List.of(tooLarge, tooLarge.inChunks())) {
            Answer refusal = request.send(container.port(), "/app/hooks/a");
            assertThat(refusal.status()).isEqualTo(413);
            assertThat(refusal.text()).contains("Payload too large: 10485761 bytes (max: 10485760)");
        }
    }

    @Test
    void aRefusedSenderGetsAProblemDocumentAndNeverReachesTheApplication() throws Exception {
        RawRequest unsigned = RawRequest.of(FORM, "a=1").header("X-Ways: no such way");
        for (RawRequest request : List.of(
                unsigned, unsigned.header("X-Signature: 00"), unsigned.header("X-Signature: " + "0".repeat(64)))) {
            Answer answer = request.send(container.port(), "/app/hooks/a");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.head()).containsIgnoringCase("content-type: application/problem+json");
            assertThat(answer.text()).contains("\"status\":401").doesNotContain(RawRequest.SECRET);
        }
    }

    @Test
    void anApplicationCanDecideAboutRefusedRequestsItself() throws Exception {
        RawRequest request = RawRequest.of(FORM, "a=1").header("X-Ways: parameters,stream,attributes");
        String seen = Application.seen("a=1".getBytes(UTF_8));
        assertThat(request.send(container.port(), "/app/lenient/a").text())
                .isEqualTo("a=[1]\n1 parameters\n" + seen + "UNAUTHORIZED: Missing X-Signature header\n" + seen);
        assertThat(request.signed().send(container.port(), "/app/lenient/a").text())
                .isEqualTo("a=[1]\n1 parameters\n" + seen + "accepted\n" + seen);
    }

    @TestFactory
    List<DynamicTest> aBodyThatSomebodyElseHasReadIsReported() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, RawRequest> consumers = new LinkedHashMap<>();
        consumers.put("parameter", RawRequest.of(FORM, "a=1&b=2"));
        consumers.put("parts", RawRequest.of(multipartType(), multipart()));
        consumers.put("reader", RawRequest.of("text/plain", "a\nb"));
        consumers.put("stream", RawRequest.of("application/json", "{}"));
        consumers.forEach((consumer, body) -> {
            for (RawRequest request : List.of(body, body.inChunks())) {
                tests.add(DynamicTest.dynamicTest(consumer + (request.chunked() ? " in chunks" : ""), () -> {
                    Answer answer = request.header("X-Consume: " + consumer)
                            .header("X-Ways: stream")
                            .signed()
                            .send(container.port(), "/app/consumed/a?q=1&&r");
                    assertThat(answer.status()).isEqualTo(500);
                    assertThat(answer.text()).contains("The body was read before its signature could be checked");
                }));
            }
        });
        tests.add(DynamicTest.dynamicTest("one byte of it", () -> {
            RawRequest body = RawRequest.of("application/json", "{}").header("X-Consume: byte");
            Answer answer = body.header("X-Ways: stream").signed().send(container.port(), "/app/consumed/a");
            assertThat(answer.status()).isEqualTo(500);
        }));
        tests.add(DynamicTest.dynamicTest("nothing to consume", () -> {
            for (String consumer : List.of("parameter", "stream", "byte")) {
                RawRequest empty = RawRequest.of(FORM, "").header("X-Consume: " + consumer);
                Answer answer = empty.header("X-Ways: stream").signed().send(container.port(), "/app/consumed/a?q&&r");
                assertThat(answer.text()).as(consumer).isEqualTo(Application.seen(new byte[0]));
            }
        }));
        return tests;
    }

    @Test
    void anUploadThatBreaksOffIsTheSendersFault() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", container.port())) {
            RawRequest announced =
                    RawRequest.of(FORM, "a=1&b=2").header("X-Ways: stream").signed();
            OutputStream out = socket.getOutputStream();
            out.write(announced.head("/app/hooks/a", true));
            out.write("a=1".getBytes(UTF_8));
            out.flush();
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(Answer.parse(answer).status()).isEqualTo(400);
        }
    }

    @Test
    void aBodyThatTricklesInIsGivenUp() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", container.port())) {
            RawRequest announced = RawRequest.of(FORM, "a=1&b=2").signed();
            OutputStream out = socket.getOutputStream();
            out.write(announced.head("/app/hasty/a", true));
            out.write("a=1".getBytes(UTF_8));
            out.flush();
            socket.setSoTimeout(30_000);
            assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
                    .isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void limitsOfBuilderAndInitParametersHold() throws Exception {
        RawRequest hundred = RawRequest.of("text/plain", "x".repeat(100)).header("X-Ways: stream");
        RawRequest more = RawRequest.of("text/plain", "x".repeat(101)).header("X-Ways: stream");
        assertThat(hundred.signed().send(container.port(), "/app/small/a").status())
                .isEqualTo(200);
        assertThat(more.signed().send(container.port(), "/app/small/a").status())
                .isEqualTo(413);
        assertThat(more.inChunks()
                        .signed()
                        .send(container.port(), "/app/small/a")
                        .status())
                .isEqualTo(413);

        RawRequest thousand = RawRequest.of("text/plain", "x".repeat(1000)).header("X-Ways: stream,attributes");
        assertThat(thousand.signed().send(container.port(), "/app/named/a").text())
                .contains("accepted");
        assertThat(thousand.send(container.port(), "/app/named/a").status()).isEqualTo(401);
        RawRequest over = RawRequest.of("text/plain", "x".repeat(1001)).header("X-Ways: stream");
        assertThat(over.signed().send(container.port(), "/app/named/a").status())
                .isEqualTo(413);
    }

    @Test
    void memoryIsGivenBackWhenARequestIsAnswered() throws Exception {
        byte[] body = random(60_000);
        for (int i = 0; i < 4; i++) {
            RawRequest request =
                    RawRequest.of("text/plain", body).header("X-Ways: stream").signed();
            assertThat(request.send(container.port(), "/app/poor/a").status()).isEqualTo(200);
        }
        for (int i = 0; i < 4; i++) {
            // The container may tell the end of an asynchronous request after its answer: another try is fair.
            RawRequest request =
                    RawRequest.of("text/plain", body).header("X-Ways: listener").signed();
            Answer answer = request.send(container.port(), "/app/poor/a");
            for (int tries = 0; answer.status() == 503 && tries < 1000; tries++) {
                assertThat(answer.head()).containsIgnoringCase("retry-after: 1");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                answer = request.send(container.port(), "/app/poor/a");
            }
            assertThat(answer.text()).isEqualTo("heard " + Application.seen(body));
        }
        RawRequest tooMuch = RawRequest.of("text/plain", random(100_000)).signed();
        assertThat(tooMuch.send(container.port(), "/app/poor/a").status()).isEqualTo(503);
    }

    @Test
    void aRequestThatIsDispatchedAgainKeepsItsBodyAndIsNotCheckedTwice() throws Exception {
        RawRequest request =
                RawRequest.of(FORM, "a=%2A").header("X-Ways: dispatch").signed();
        String seen = "dispatched " + Application.seen("a=%2A".getBytes(UTF_8));
        assertThat(request.send(container.port(), "/app/hooks/a").text()).isEqualTo(seen);
        assertThat(request.send(container.port(), "/app/dispatched/a").text()).isEqualTo(seen);
    }

    @Test
    void twoFiltersCheckOneAfterTheOther() throws Exception {
        RawRequest request = RawRequest.of(multipartType(), multipart()).header("X-Ways: stream,parameters,parts");
        String alone = request.signed().send(container.port(), "/app/hooks/a").text();
        assertThat(request.signed().send(container.port(), "/app/twice/a").text())
                .isEqualTo(alone);
        assertThat(request.send(container.port(), "/app/twice/a").status()).isEqualTo(401);
    }

    /** An application must not take a request for genuine because nobody has mapped the filter. */
    @Test
    void whereNoFilterIsThereIsNoVerdict() throws Exception {
        RawRequest request =
                RawRequest.of(FORM, "a=1").header("X-Ways: attributes").signed();
        assertThat(request.send(container.port(), "/app/bare").status()).isEqualTo(500);
    }

    @Test
    void handshakesAreAnsweredHereAndOtherRequestsGoOn() throws Exception {
        Answer challenge = RawRequest.of(null, "challenge").send(container.port(), "/app/handshake/a");
        assertThat(challenge.text()).isEqualTo("challenge");
        assertThat(challenge.head()).containsIgnoringCase("x-content-type-options: nosniff");
        RawRequest event = RawRequest.of(null, "event").header("X-Ways: stream");
        assertThat(event.send(container.port(), "/app/handshake/a").text())
                .isEqualTo(Application.seen("event".getBytes(UTF_8)));
    }

    @Test
    void aValidatorThatThrowsRefuses() throws Exception {
        Answer answer = RawRequest.of(FORM, "a=1").header("X-Ways: stream").send(container.port(), "/app/broken/a");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).doesNotContain("a defect");
    }

    @Test
    void oneConnectionServesOneRequestAfterTheOther() throws Exception {
        RawRequest good =
                RawRequest.of(FORM, "a=1").header("X-Ways: attributes").signed();
        RawRequest bad = RawRequest.of(FORM, "a=2").header("X-Ways: attributes");
        try (Socket socket = new Socket("127.0.0.1", container.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(good.head("/app/hooks/a", false));
            out.write(good.body());
            out.write(bad.head("/app/hooks/a", false));
            out.write(bad.body());
            out.write(good.head("/app/hooks/a", true));
            out.write(good.body());
            out.flush();
            String answers = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(answers.split("HTTP/1.1 401", -1)).hasSize(2);
        }
    }

    private String parameters(String target, RawRequest request) throws Exception {
        Answer answer = request.header("X-Ways: parameters").signed().send(container.port(), target);
        assertThat(answer.status()).isEqualTo(200);
        return answer.text();
    }

    private static String multipartType() {
        return "multipart/form-data; boundary=" + BOUNDARY + "; charset=UTF-8";
    }

    /** Two fields of one name, and a file full of what looks like boundaries. */
    private static byte[] multipart() {
        byte[] file = random(3000);
        for (int i = 0; i < file.length; i++) {
            file[i] &= 0x7f; // Tomcat's own reader stops at malformed text
        }
        byte[] almost = ("\r\n--" + BOUNDARY.substring(1) + "\r\n--\r\n\r\n").getBytes(ISO_8859_1);
        System.arraycopy(almost, 0, file, 100, almost.length);
        String start = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"caf\u00e9 1.bin\"\r\n"
                + "Content-Type: application/octet-stream\r\nX-More: 1\r\n\r\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(start.getBytes(UTF_8));
        out.writeBytes(file);
        out.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        return out.toByteArray();
    }

    private static byte[] zipped() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write("{\"a\": 1}".getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Accepts everything; a body that is a challenge is given back. */
    private static final class EchoingHandshake implements Validator {

        @Override
        public ValidationResult validate(WebhookRequest request) {
            return ValidationResult.accepted();
        }

        @Override
        public Handshake handshake() {
            return request -> {
                String text = new String(request.body(), UTF_8);
                return text.equals("challenge") ? WebhookResponse.text(200, text) : null;
            };
        }
    }
}

package org.corewebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookProcessorTest {

    private final List<WebhookEvent> events = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final WebhookProcessor processor = WebhookProcessor.builder()
            .observer((event, label) -> labels.add(label))
            .clock(new TestClock())
            .endpoint("plain", e -> e.output(events::add))
            .endpoint("blob", e -> e.dataType(DataType.BLOB).output(events::add))
            .endpoint("bearer", e -> e.authorization("Bearer tok").output(events::add))
            .endpoint(
                    "forwarding",
                    e -> e.authorization("Bearer tok")
                            .set("forward_credentials", true)
                            .output(events::add))
            .endpoint(
                    "throwing",
                    e -> e.validator(request -> {
                                throw new IllegalStateException("defect");
                            })
                            .output(events::add))
            .build();

    @AfterEach
    void close() {
        processor.close();
    }

    @Test
    void acceptsAWebhookAndHandsOnTheSameBytesUnderATimeOrderedId() {
        byte[] body = "{\"n\": 1 }".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        WebhookResponse response = processor.process(WebhookRequest.post("/webhook/plain?x=1")
                .header("X-A", "b")
                .body(body)
                .build());
        post("/webhook/plain", "{}");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"message\":\"200 OK\"}");
        assertThat(events.get(0).body()).isSameAs(body);
        assertThat(events.get(0).headers().first("x-a")).isEqualTo("b");
        assertThat(events.get(0).id()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(events.get(1).id()).isGreaterThan(events.get(0).id());
        assertThat(labels).containsExactly("plain", "plain");
    }

    @Test
    void answersEveryKindOfPathAsTheReferenceDoes() {
        assertThat(detail("POST", "/webhook/none")).isEqualTo("404 Webhook ID not found");
        assertThat(detail("POST", "/webhook")).isEqualTo("404 Not Found");
        assertThat(detail("POST", "/webhook/")).isEqualTo("404 Not Found");
        assertThat(detail("POST", "/webhook/a/b/c")).isEqualTo("404 Not Found");
        assertThat(detail("GET", "/webhook/plain")).isEqualTo("405 Method Not Allowed");
        assertThat(detail("POST", "/webhook/bad%20id")).startsWith("400 ");
        assertThat(detail("POST", "/webhook/" + "x".repeat(101))).startsWith("400 ");
        assertThat(detail("POST", "/webhook/" + "x".repeat(100))).isEqualTo("404 Webhook ID not found");
        assertThat(detail("POST", "/webhook/te%20am/plain")).isEqualTo("400 Invalid namespace format");
        assertThat(detail("POST", "/webhook/" + "n".repeat(65) + "/plain")).isEqualTo("400 Invalid namespace format");
        assertThat(detail("POST", "/webhook/team/none")).isEqualTo("404 Webhook ID not found");
        assertThat(post("/webhook/team/plain", "{}").status()).isEqualTo(200);
        assertThat(post("/webhook/plain/", "{}").status()).isEqualTo(200);
        assertThat(labels).containsExactly("team/plain", "plain");
    }

    @Test
    void errorsAreProblemDocumentsWithTheReferencesText() {
        WebhookResponse response = post("/webhook/none", "{}");
        assertThat(response.headers().first("Content-Type")).isEqualTo("application/problem+json");
        assertThat(response.text())
                .isEqualTo("{\"type\":\"urn:corewebhook:problem:unknown-endpoint\",\"title\":\"Unknown Endpoint\","
                        + "\"status\":404,\"detail\":\"Webhook ID not found\"}");
    }

    @Test
    void credentialsThatAValidatorConsumedAreNotHandedOnUnlessAskedFor() {
        for (String id : List.of("bearer", "forwarding")) {
            processor.process(WebhookRequest.post("/webhook/" + id)
                    .header("authorization", "Bearer tok")
                    .header("X-Signature", "kept")
                    .body("{}")
                    .build());
        }
        assertThat(events.get(0).headers().first("Authorization")).isNull();
        assertThat(events.get(0).headers().first("X-Signature")).isEqualTo("kept");
        assertThat(events.get(1).headers().first("Authorization")).isEqualTo("Bearer tok");
    }

    @Test
    void aValidatorThatThrowsLetsNobodyIn() {
        WebhookResponse response = post("/webhook/throwing", "{}");
        assertThat(response.status()).isEqualTo(401);
        assertThat(events).isEmpty();
    }

    @Test
    void refusesTooManyAndTooLargeHeaders() {
        Headers.Builder many = Headers.builder();
        for (int i = 0; i < 101; i++) {
            many.add("X-" + i, "1");
        }
        assertThat(refusal(many.build())).isEqualTo("Too many headers: 101 (max: 100)");
        assertThat(refusal(Headers.of("X-A", "x".repeat(8190)))).isEqualTo("Headers too large: 8193 bytes (max: 8192)");
    }

    @Test
    void refusesEncodedJsonWhichItCannotCheckAndTakesItAsABlob() {
        WebhookRequest.Builder encoded = WebhookRequest.post("/webhook/plain").header("Content-Encoding", "gzip");
        assertThat(processor.process(encoded.body("{}").build()).status()).isEqualTo(415);
        WebhookRequest.Builder blob = WebhookRequest.post("/webhook/blob").header("Content-Encoding", "gzip");
        assertThat(processor.process(blob.body(new byte[] {0, -1}).build()).status())
                .isEqualTo(200);
    }

    @Test
    void runsValidatorsStageByStageAndTheFirstRefusalEndsIt() {
        List<String> ran = new ArrayList<>();
        WebhookProcessor staged = WebhookProcessor.builder()
                .endpoint(
                        "a",
                        e -> e.validator("r", ValidationStage.RATE, request -> ran(ran, "rate"))
                                .validator("s", ValidationStage.SIGNATURE, request -> ran(ran, "signature"))
                                .validator("a", ValidationStage.ADDRESS, request -> ran(ran, "address"))
                                .validator("c", ValidationStage.CREDENTIALS, request -> ran(ran, "credentials"))
                                .output(events::add))
                .build();
        staged.process(WebhookRequest.post("/webhook/a").body("{}").build());
        assertThat(ran).containsExactly("address", "credentials", "signature", "rate");
        staged.close();
    }

    @Test
    void countsOneRateLimitForAllIdsThatTheDefaultEndpointServes() {
        AtomicInteger accepted = new AtomicInteger();
        WebhookProcessor open = WebhookProcessor.builder()
                .endpoint(
                        "default",
                        e -> e.rateLimit(3, java.time.Duration.ofMinutes(1))
                                .output(event -> accepted.incrementAndGet()))
                .build();
        for (int i = 0; i < 10; i++) {
            open.process(WebhookRequest.post("/webhook/id" + i).body("{}").build());
        }
        assertThat(accepted).hasValue(3);
        open.close();
    }

    @Test
    void everySettingOfTheFilesCanBeSaidByTheBuilder() {
        WebhookProcessor built = WebhookProcessor.builder()
                .endpoint(
                        "a",
                        e -> e.set("basic_auth", Map.of("username", "u", "password", "p"))
                                .set("ip_whitelist", List.of("127.0.0.0/8"))
                                .output(events::add))
                .build();
        String credentials =
                Base64.getEncoder().encodeToString("u:p".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        WebhookRequest.Builder request = WebhookRequest.post("/webhook/a").body("{}");
        assertThat(built.process(request.build()).status()).isEqualTo(401);
        request.header("Authorization", "Basic " + credentials);
        assertThat(built.process(request.build()).status()).isEqualTo(200);
        built.close();
    }

    @Property(tries = 500)
    void neverAnswersWithAServerErrorWhateverComesIn(
            @ForAll String path, @ForAll String header, @ForAll byte[] body, @ForAll String query) {
        for (String id : List.of("plain", "blob", "bearer")) {
            WebhookRequest request = WebhookRequest.post("/webhook/" + id)
                    .query(query)
                    .header("Authorization", header)
                    .header(header, path)
                    .body(body)
                    .build();
            assertThat(processor.process(request).status()).isLessThan(500);
        }
        assertThat(processor
                        .process(WebhookRequest.post(path).body(body).build())
                        .status())
                .isLessThan(500);
    }

    private static ValidationResult ran(List<String> ran, String stage) {
        ran.add(stage);
        return ValidationResult.accepted();
    }

    private WebhookResponse post(String path, String body) {
        return processor.process(WebhookRequest.post(path).body(body).build());
    }

    private String detail(String method, String path) {
        WebhookResponse response = processor.process(
                WebhookRequest.builder(method, path).body("{}").build());
        return response.status() + " " + response.text().replaceAll(".*\"detail\":\"(.*)\"}", "$1");
    }

    private String refusal(Headers headers) {
        WebhookResponse response = processor.process(WebhookRequest.post("/webhook/plain")
                .headers(headers)
                .body("{}")
                .build());
        assertThat(response.status()).isEqualTo(400);
        return response.text().replaceAll(".*\"detail\":\"(.*)\"}", "$1");
    }
}

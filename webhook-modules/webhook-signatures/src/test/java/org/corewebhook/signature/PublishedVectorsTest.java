package org.corewebhook.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.signature.key.PublicKeys;
import org.corewebhook.signature.scheme.SenderCertificate;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The vectors of the senders' own libraries and documentation, all of them. */
class PublishedVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Which preset each vector is for. */
    private static final Map<String, String> SCHEMES = Map.ofEntries(
            Map.entry("github-docs-vector", "github"),
            Map.entry("slack-docs-vector", "slack"),
            Map.entry("standard-webhooks-v1", "standard-webhooks"),
            Map.entry("twilio-form-docs-vector", "twilio"),
            Map.entry("twilio-json", "twilio"),
            Map.entry("adyen-docs-vector", "adyen"),
            Map.entry("aws-sns-v2", "aws-sns"));

    @TestFactory
    List<DynamicTest> everyVectorVerifies() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : vectors()) {
            if (!vector.path("id").asText().startsWith("challenge-")) {
                tests.add(DynamicTest.dynamicTest(vector.path("id").asText(), () -> verifies(vector)));
            }
        }
        assertThat(tests).hasSize(18);
        return tests;
    }

    @Test
    void zoomsChallengeIsAnsweredAsDocumented() throws IOException {
        JsonNode vector = vector("challenge-zoom");
        SignatureVerifier verifier = verifier(vector, "zoom", new TestClock());
        byte[] body = JSON.writeValueAsBytes(vector.path("request"));
        Instant now = TestClock.START;
        WebhookRequest request = WebhookRequest.post("/webhook/zoom")
                .header("x-zm-request-timestamp", String.valueOf(now.getEpochSecond()))
                .header(
                        "x-zm-signature",
                        "v0="
                                + TestSigner.hex(TestSigner.hmac(
                                        "HmacSHA256", "zoomsecret", "v0:" + now.getEpochSecond() + ":", body)))
                .body(body)
                .build();

        WebhookResponse answer = verifier.handshake().answer(request);

        assertThat(JSON.readTree(answer.body())).isEqualTo(vector.path("response"));
    }

    @Test
    void githubsLegacySignatureVerifies() throws IOException {
        JsonNode vector = vector("github");
        SignatureVerifier verifier =
                SignatureSchemes.of("github-sha1", vector.path("secret").asText());

        Headers headers = Headers.of("X-Hub-Signature", vector.path("sha1").asText());

        assertThat(verifier.verify("POST", "/", headers, body(vector)).verified())
                .isTrue();
    }

    private static void verifies(JsonNode vector) throws IOException {
        String id = vector.path("id").asText();
        TestClock clock = new TestClock(timeOf(vector));
        SignatureVerifier verifier = verifier(vector, SCHEMES.getOrDefault(id, id), clock);

        assertThat(verify(verifier, vector, body(vector)))
                .isEqualTo(new Verdict(null, "", verdictLabel(vector), ageOf(vector, verifier)));

        byte[] changed = body(vector);
        int middle = id.equals("aws-sns-v2") || id.equals("mailgun") || id.equals("adyen-docs-vector")
                ? new String(changed, StandardCharsets.UTF_8).indexOf(changedField(id)) + 2
                : changed.length / 2;
        changed[middle] ^= 1;
        assertThat(verify(verifier, vector, changed).verified()).isFalse();
    }

    private static String changedField(String id) {
        return switch (id) {
            case "aws-sns-v2" -> "Hello world!";
            case "mailgun" -> "aaaaaaaa";
            default -> "TestPayment";
        };
    }

    private static String verdictLabel(JsonNode vector) {
        return vector.has("secret") ? "secret" : vector.path("id").asText().equals("aws-sns-v2") ? null : "public_key";
    }

    private static Duration ageOf(JsonNode vector, SignatureVerifier verifier) {
        return switch (verifier.scheme()) {
            case "stripe",
                    "standard-webhooks",
                    "svix",
                    "standard-webhooks-v1a",
                    "slack",
                    "linear",
                    "twitch",
                    "aws-sns",
                    "mailgun" -> verifier.scheme().equals("twitch") ? Duration.ofNanos(-123456789) : Duration.ZERO;
            default -> null;
        };
    }

    private static Instant timeOf(JsonNode vector) {
        return switch (vector.path("id").asText()) {
            case "slack-docs-vector" -> Instant.ofEpochSecond(1531420618);
            case "aws-sns-v2" ->
                Instant.parse(vector.path("message").path("Timestamp").asText());
            default -> Instant.ofEpochSecond(1700000000);
        };
    }

    private static SignatureVerifier verifier(JsonNode vector, String scheme, TestClock clock) {
        SignatureVerifierBuilder builder = SignatureVerifier.builder(scheme).clock(clock);
        if (vector.has("secret")) {
            builder.secret(Secret.of(vector.path("secret").asText()));
        } else if (scheme.equals("aws-sns")) {
            builder.parameter(
                    "topic_arn", vector.path("message").path("TopicArn").asText());
            builder.servers(TestServers.certificate(new SenderCertificate(
                    PublicKeys.read(vector.path("publicKey").asText()), Instant.MIN, Instant.MAX)));
        } else {
            builder.publicKey(vector.path("publicKey").asText());
        }
        return builder.build();
    }

    private static Verdict verify(SignatureVerifier verifier, JsonNode vector, byte[] body) {
        Headers.Builder headers = Headers.builder();
        vector.path("headers")
                .properties()
                .forEach(h -> headers.add(h.getKey(), h.getValue().asText()));
        if (vector.has("params")) {
            headers.add("Content-Type", "application/x-www-form-urlencoded");
        }
        return verifier.verify("POST", vector.path("url").asText("/"), headers.build(), body);
    }

    private static byte[] body(JsonNode vector) throws IOException {
        if (vector.has("params")) {
            List<String> pairs = new ArrayList<>();
            vector.path("params")
                    .properties()
                    .forEach(p -> pairs.add(
                            p.getKey() + "=" + URLEncoder.encode(p.getValue().asText(), StandardCharsets.UTF_8)));
            return String.join("&", pairs).getBytes(StandardCharsets.UTF_8);
        }
        if (vector.has("item")) {
            ObjectNode item = vector.path("item").deepCopy();
            item.withObject("/additionalData")
                    .put("hmacSignature", vector.path("signature").asText());
            ObjectNode root = JSON.createObjectNode();
            root.putArray("notificationItems").addObject().set("NotificationRequestItem", item);
            return JSON.writeValueAsBytes(root);
        }
        if (vector.has("message")) {
            return JSON.writeValueAsBytes(vector.path("message"));
        }
        if (vector.path("id").asText().equals("mailgun")) {
            return JSON.writeValueAsBytes(Map.of("signature", vector.path("signature")));
        }
        return vector.path("body").asText().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode vector(String id) throws IOException {
        for (JsonNode vector : vectors()) {
            if (vector.path("id").asText().equals(id)) {
                return vector;
            }
        }
        throw new AssertionError("No vector " + id);
    }

    private static JsonNode vectors() throws IOException {
        try (InputStream file = PublishedVectorsTest.class.getResourceAsStream("vectors.json")) {
            return JSON.readTree(file).path("vectors");
        }
    }
}

package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The receiver as a process: {@code java -jar webhook.war}. */
@Timeout(400)
class StandAloneIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void acceptsAGenuineWebhookKeepsItsExactBytesAndWritesNothingForAFlippedByte() throws Exception {
        Path sample = Path.of("sample", "webhooks.json");
        Map<String, String> variables = Map.of("ORDERS_TOKEN", "o");
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, Files.readString(sample), variables)) {
            HttpResponse<String> accepted =
                    receiver.post("/webhook/github", GitHubPush.BODY, GitHubPush.headers(GitHubPush.BODY));
            assertThat(accepted.statusCode()).isEqualTo(200);
            assertThat(accepted.body()).isEqualTo("{\"message\":\"200 OK\"}");
            assertThat(files("received"))
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readAllBytes(file)).isEqualTo(GitHubPush.BODY));

            byte[] flipped = GitHubPush.BODY.clone();
            flipped[10] ^= 1;
            HttpResponse<String> refused =
                    receiver.post("/webhook/github", flipped, GitHubPush.headers(GitHubPush.BODY));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(files("received")).hasSize(1);

            JsonNode stats = MAPPER.readTree(receiver.get("/stats").body());
            assertThat(stats.at("/github/total").asInt()).isEqualTo(1);
        }
    }

    @Test
    void stopsGracefullyWhenAskedToAndSaysSo() throws Exception {
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, "{\"a\":{\"module\":\"log\"}}", Map.of())) {
            assertThat(receiver.post("/webhook/a", "{}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(200);
            assertThat(receiver.stop()).isIn(0, 143);
            assertThat(receiver.log()).contains("Stopped receiving webhooks");
        }
    }

    @Test
    void namesEveryProblemAndStartsAllTheSame() throws Exception {
        String webhooks = """
                {"good": {"module": "log"},
                 "unset": {"module": "log", "authorization": "{$NOT_SET}"},
                 "unknown": {"module": "no_such_module"}}
                """;
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks, Map.of("ADMIN_TOKEN", "adm"))) {
            assertThat(receiver.post("/webhook/good", "{}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(200);
            for (String id : List.of("unset", "unknown")) {
                HttpResponse<String> answer = receiver.post("/webhook/" + id, "{}".getBytes(UTF_8));
                assertThat(answer.statusCode()).as(id).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).as(id).isPresent();
            }
            assertThat(receiver.log())
                    .contains("webhooks.json:2 /unset/authorization")
                    .contains("NOT_SET")
                    .contains("no_such_module");
            assertThat(receiver.get("/health").body()).doesNotContain("unset");
            assertThat(receiver.get("/health", "Authorization", "Bearer adm").body())
                    .contains("unset")
                    .contains("unknown");
        }
    }

    @Test
    void saysInHealthThatADestinationIsDownAndKeepsItsPromises() throws Exception {
        String down =
                "\"module\": \"http_webhook\", \"module-config\": {\"url\": \"http://127.0.0.1:9/\", \"timeout\": 1}";
        String webhooks = "{\"now\": {" + down + ", \"acknowledge_timeout\": 1}," + " \"later\": {" + down
                + ", \"acknowledge\": \"received\", \"max_pending\": 2}}";
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks, Map.of("ADMIN_TOKEN", "adm"))) {
            HttpResponse<String> refused = receiver.post("/webhook/now", "{}".getBytes(UTF_8));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(receiver.post("/webhook/later", "{}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(200);
            assertThat(receiver.post("/webhook/later", "{}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(200);
            assertThat(receiver.post("/webhook/later", "{}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(503);

            JsonNode lanes = MAPPER.readTree(receiver.get("/health", "Authorization", "Bearer adm")
                            .body())
                    .at("/details/lanes");
            assertThat(lanes.toString()).contains("later/http_webhook");
            receiver.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void refusesToStartWithAFileThatCannotBeParsedAndSaysWhatToDo() throws Exception {
        Files.writeString(folder.resolve("webhooks.json"), "{\n  \"a\": {,}\n}");
        ReceiverProcess.Launched launched = ReceiverProcess.launch(folder, Map.of());
        assertThat(launched.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(launched.process().exitValue()).isEqualTo(1);
        assertThat(Files.readString(launched.log()))
                .contains("webhooks.json:2")
                .contains("Not valid JSON")
                .doesNotContain("\tat ");
    }

    @Test
    void saysSoWhenThePortIsTaken() throws Exception {
        try (ReceiverProcess first = ReceiverProcess.start(folder, "{\"a\":{\"module\":\"log\"}}", Map.of())) {
            Path other = Files.createDirectory(folder.resolve("other"));
            ReceiverProcess.Launched second =
                    ReceiverProcess.launch(other, Map.of("PORT", String.valueOf(first.port())));
            assertThat(second.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.process().exitValue()).isEqualTo(1);
            assertThat(Files.readString(second.log()))
                    .contains("Cannot start: java.net.BindException: Address already in use. Is another process");
        }
    }

    @Test
    void loadsTheSampleFilesOfTheOriginalAndServesWhatItCan() throws Exception {
        String webhooks = resource("webhooks.example.json");
        String connections = resource("connections.example.json");
        Files.writeString(folder.resolve("connections.json"), connections);
        Map<String, String> variables = new HashMap<>(variables(webhooks + connections));
        variables.putAll(Map.of("ADMIN_TOKEN", "adm", "API_HOST", "127.0.0.1", "API_PORT", "9"));
        variables.putAll(Map.of("HTTP_TIMEOUT", "3", "HTTP_METHOD", "POST", "WEBHOOK_STORAGE_PATH", "kept"));
        variables.putAll(Map.of("JWT_ALGORITHM", "HS256", "RECAPTCHA_VERSION", "v3"));
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks, variables)) {
            JsonNode health = MAPPER.readTree(
                    receiver.get("/health", "Authorization", "Bearer adm").body());
            assertThat(health.path("details").path("closed_endpoints").findValuesAsText("id"))
                    .doesNotContain(
                            "oauth2_jwt_webhook", "digest_auth_webhook", "oauth1_webhook", "json_schema_webhook");
            assertThat(receiver.post("/webhook/json_schema_webhook", "{}".getBytes(UTF_8))
                            .statusCode())
                    .isEqualTo(422);
            for (String proven : List.of("oauth2_jwt_webhook", "digest_auth_webhook", "oauth1_webhook")) {
                assertThat(receiver.post("/webhook/" + proven, "{}".getBytes(UTF_8))
                                .statusCode())
                        .as(proven)
                        .isEqualTo(401);
            }
            assertThat(receiver.post("/webhook/kafka_events", "{}".getBytes(UTF_8))
                            .statusCode())
                    .isEqualTo(401);
            String[] kafka = {"Authorization", "Bearer kafka_secret"};
            assertThat(receiver.post("/webhook/kafka_events", "{}".getBytes(UTF_8), kafka)
                            .statusCode())
                    .isEqualTo(503);

            assertWorks(receiver, "github_webhook", "Authorization", "Bearer github_secret_token_123");
            assertWorks(receiver, "stripe_webhook", "Authorization", "whsec_stripe_secret");
            assertWorks(receiver, "rate_limited_webhook", "Authorization", "Bearer token");
            assertWorks(receiver, "public_webhook_with_rate_limit", "X-A", "b");
            assertWorks(receiver, "header_auth_webhook", "X-API-Key", variables.get("HEADER_AUTH_KEY"));
            String query = "query_auth_webhook?api_key=" + variables.get("QUERY_AUTH_KEY");
            assertWorks(receiver, query, "X-A", "b");
            assertThat(files("webhooks/stripe")).hasSize(1);
            assertThat(receiver.log()).doesNotContain("value-of-");
        }
    }

    @Test
    void answersBadInputWithAReasonAndNeverWithAServerError() throws Exception {
        String webhooks = """
                {"json": {"module": "log"}, "blob": {"module": "log", "data_type": "blob"},
                 "hmac": {"module": "log", "hmac": {"secret": "s"}}}
                """;
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks, Map.of())) {
            for (byte[] request : badRequests()) {
                String answer = new String(receiver.raw(request), ISO_8859_1);
                String what = new String(request, 0, Math.min(120, request.length), ISO_8859_1);
                assertThat(answer).as(what).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
                assertThat(answer)
                        .as(what)
                        .contains("\"detail\":\"")
                        .doesNotContain("\tat ")
                        .doesNotContain("Exception");
            }
            assertThat(receiver.post("/webhook/json", "{}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(200);
            assertThat(receiver.log()).doesNotContain("ERROR");
        }
    }

    private static List<byte[]> badRequests() {
        List<byte[]> requests = new ArrayList<>();
        requests.add(request("/webhook/json", "{\"a\":1".getBytes(UTF_8)));
        requests.add(request("/webhook/json", "[".repeat(100_000).getBytes(UTF_8)));
        requests.add(request("/webhook/json", ("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8)));
        requests.add(request("/webhook/json", new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'}));
        requests.add(request("/webhook/json", new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}));
        requests.add(request("/webhook/json", new byte[11 << 20]));
        requests.add(request("/webhook/blob", new byte[11 << 20]));
        requests.add(chunked("/webhook/blob", new byte[11 << 20]));
        requests.add(request("/webhook/json", new byte[0]));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\nContent-Length: 2\r\n\r\n{}"));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\nContent-Length: 2\r\n\r\n{}"));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\n" + "X-A: b\r\n".repeat(10_000)
                + "Content-Length: 2\r\n\r\n{}"));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + "X-A: b\r\n".repeat(200)
                + "Content-Length: 2\r\n\r\n{}"));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\nX-A: " + "b".repeat(100_000)
                + "\r\nContent-Length: 2\r\n\r\n{}"));
        requests.add(
                text("POST /webhook/a%00b HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"));
        requests.add(text("POST /webhook/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: -5\r\n\r\n"));
        requests.add(text("POST /webhook/json HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n"
                + "Content-Length: 3\r\n\r\n{}"));
        requests.add(text("POST /webhook/hmac HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-HMAC-Signature: é\0\r\n"
                + "Content-Length: 2\r\n\r\n{}"));
        requests.add(text("BREW /webhook/json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        return requests;
    }

    private static byte[] request(String path, byte[] body) {
        byte[] head = text("POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
                + body.length + "\r\n\r\n");
        byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private static byte[] chunked(String path, byte[] body) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length) + "\r\n";
        return text(head + new String(body, ISO_8859_1) + "\r\n0\r\n\r\n");
    }

    private static byte[] text(String request) {
        return request.getBytes(ISO_8859_1);
    }

    private void assertWorks(ReceiverProcess receiver, String pathAndQuery, String... headers) throws Exception {
        HttpResponse<String> answer = receiver.post("/webhook/" + pathAndQuery, "{\"n\":1}".getBytes(UTF_8), headers);
        assertThat(answer.statusCode()).as(pathAndQuery + ": " + answer.body()).isEqualTo(200);
    }

    /** A value for every variable that the text names. */
    private static Map<String, String> variables(String text) {
        Map<String, String> values = new HashMap<>();
        Matcher matcher = Pattern.compile("\\{\\$(\\w+)").matcher(text);
        while (matcher.find()) {
            String name = matcher.group(1);
            values.put(name, name.endsWith("PORT") ? "9" : name.endsWith("SCORE") ? "0.5" : "value-of-" + name);
        }
        return values;
    }

    private static String resource(String name) throws IOException {
        return Files.readString(Path.of("src", "test", "resources", "reference-config", name));
    }

    private List<Path> files(String path) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(path))) {
            return files.toList();
        }
    }
}

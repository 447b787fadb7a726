package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many of the largest bodies at once in a heap that cannot hold them all: 400 MiB of bodies in 256 MiB. */
@Timeout(300)
class LargeBodiesIT {

    private static final int SENDERS = 40;
    private static final int ROUNDS = 3;
    private static final byte[] BODY =
            ("\"" + "x".repeat(1_000_000) + "\",").repeat(10).getBytes(UTF_8);

    @TempDir
    private Path folder;

    @Test
    void largestBodiesAreAcceptedOrHonestlyRefusedAndTheirMemoryIsGivenBack() throws Exception {
        String webhooks = """
                {"stored": {"module": "save_to_disk", "module-config": {"path": "kept"}, "authorization": "Bearer t"},
                 "delivered": {"module": "save_to_disk", "module-config": {"path": "kept"}, "authorization": "Bearer t",
                               "acknowledge": "delivered", "acknowledge_timeout": "20s"}}
                """;
        Map<String, String> environment = Map.of("WEBHOOK_STORE", "sqlite:data/webhooks.db", "ADMIN_TOKEN", "adm");
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try (ReceiverProcess receiver =
                ReceiverProcess.start(folder, webhooks, environment, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
            List<String> answers = new ArrayList<>();
            List<Future<List<String>>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                String path = i % 2 == 0 ? "/webhook/stored" : "/webhook/delivered";
                running.add(senders.submit(() -> {
                    List<String> own = new ArrayList<>();
                    for (int round = 0; round < ROUNDS; round++) {
                        own.add(upload(receiver, path));
                    }
                    return own;
                }));
            }
            for (Future<List<String>> each : running) {
                answers.addAll(each.get(240, TimeUnit.SECONDS));
            }

            assertThat(receiver.log()).doesNotContain("OutOfMemoryError").doesNotContain("ERROR");
            assertThat(answers)
                    .hasSize(SENDERS * ROUNDS)
                    .allSatisfy(
                            answer -> assertThat(answer).matches("(?s)HTTP/1.1 (200|413|503 .*Retry-After: \\d+).*"))
                    .anySatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200"));
            assertThat(upload(receiver, "/webhook/stored")).startsWith("HTTP/1.1 200");
            assertThat(upload(receiver, "/webhook/delivered")).startsWith("HTTP/1.1 200");
            Patience.awaitUntil(() -> bodyBytes(receiver) == 0);
        } finally {
            senders.shutdownNow();
        }
    }

    private static long bodyBytes(ReceiverProcess receiver) throws Exception {
        String health = receiver.get("/health", "Authorization", "Bearer adm").body();
        return new ObjectMapper()
                .readTree(health)
                .findPath("bodies")
                .path("bytes")
                .asLong(-1);
    }

    /** Sends an array of ten long strings, 10 MiB less a few bytes, and returns the answer. */
    private static String upload(ReceiverProcess receiver, String path) throws IOException {
        byte[] end = ("\"" + "y".repeat((10 << 20) - BODY.length - 4) + "\"]").getBytes(UTF_8);
        int length = 1 + BODY.length + end.length;
        String head = "POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer t\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n[";
        return new String(receiver.raw(head.getBytes(ISO_8859_1), BODY, end), ISO_8859_1);
    }
}

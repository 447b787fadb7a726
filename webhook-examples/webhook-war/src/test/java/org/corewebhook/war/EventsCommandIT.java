package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar webhook.war events …} as operators call it, beside a running receiver and without one. */
class EventsCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STORE = "sqlite:data/webhooks.db";

    @TempDir
    Path folder;

    private FlakyDestination destination;

    @BeforeEach
    void startDestination() throws IOException {
        destination = new FlakyDestination();
    }

    @AfterEach
    void stopDestination() {
        destination.close();
    }

    @Test
    void worksThroughARunningReceiverAndOnTheFileOnceItHasStopped() throws Exception {
        destination.failing(100, 400);
        Map<String, String> receiving = Map.of("ADMIN_TOKEN", "operator", "WEBHOOK_STORE", STORE);
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), receiving)) {
            for (int i = 0; i < 3; i++) {
                assertThat(receiver.post("/webhook/orders", bytes("{\"n\":" + i + "}"))
                                .statusCode())
                        .isEqualTo(200);
            }
            Map<String, String> asking =
                    Map.of("ADMIN_TOKEN", "operator", "PORT", String.valueOf(receiver.port()), "WEBHOOK_STORE", STORE);
            Patience.awaitUntil(
                    () -> events(asking, "list", "--state", "dead", "--json").size() == 3);
            JsonNode dead = events(asking, "list", "--json");
            String id = dead.get(0).get("id").asText();

            Run table = run(asking, "list", "--endpoint", "orders");
            assertThat(table.out).contains("LAST ERROR").contains(id).contains("orders/http_webhook");
            assertThat(run(asking, "show", id, "--body").out)
                    .contains("endpoint: orders")
                    .contains("failed ")
                    .containsPattern("\\{\"n\":\\d}");
            assertThat(run(asking, "purge", id).out).contains("1 deliveries are purged");
            assertThat(run(asking, "replay").error).contains("Say which");
            destination.failing(0, 400);
            String second = dead.get(1).get("id").asText();
            assertThat(run(asking, "replay", second).out).contains("1 deliveries are replayed");
            Patience.awaitUntil(() -> destination.confirmed("/orders").size() == 1);

            Run wrongToken = run(Map.of("ADMIN_TOKEN", "wrong", "PORT", String.valueOf(receiver.port())), "list");
            assertThat(wrongToken.exitCode).isEqualTo(1);
            assertThat(wrongToken.error).contains("set ADMIN_TOKEN");
            Run wrongPort = run(Map.of("WEBHOOK_STORE", STORE, "PORT", freePort()), "list");
            assertThat(wrongPort.exitCode).isEqualTo(1);
            assertThat(wrongPort.error).contains("No receiver answers").contains("--url");
        }
        Map<String, String> offline = Map.of("WEBHOOK_STORE", STORE, "PORT", freePort());
        JsonNode left = events(offline, "list", "--json");
        assertThat(left).hasSize(1);
        assertThat(run(offline, "replay", "--all").out).contains("1 deliveries are replayed");
        assertThat(events(offline, "list", "--json").get(0).get("state").asText())
                .isEqualTo("waiting");
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), receiving)) {
            Patience.awaitUntil(() -> destination.confirmed("/orders").size() == 2);
            assertThat(receiver.process().isAlive()).isTrue();
        }
        assertThat(run(offline, "list").out).doesNotContain("orders/http_webhook");
    }

    @Test
    void saysWhatToDoWhenThereIsNothingToWorkOn() throws Exception {
        Run noStore = run(Map.of("WEBHOOK_STORE", STORE, "PORT", freePort()), "list");
        assertThat(noStore.exitCode).isEqualTo(1);
        assertThat(noStore.error).contains("There is no store").contains("WEBHOOK_STORE");
        assertThat(folder.resolve("data")).doesNotExist();

        Run none = run(Map.of("WEBHOOK_STORE", "none", "PORT", freePort()), "list");
        assertThat(none.error).contains("there are no stored events");

        Run usage = run(Map.of(), "forget");
        assertThat(usage.exitCode).isEqualTo(2);
        assertThat(usage.error).contains("Unknown command forget").contains("usage:");
    }

    private record Run(int exitCode, String out, String error) {}

    private JsonNode events(Map<String, String> environment, String... arguments) {
        try {
            Run run = run(environment, arguments);
            assertThat(run.exitCode).as(run.error).isZero();
            return JSON.readTree(run.out).get("events");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(ReceiverProcess.JAVA.toString(), "-jar", ReceiverProcess.WAR.toString(), "events"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("command.out");
        Path error = folder.resolve("command.err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("HOST", "127.0.0.1");
        builder.environment().putAll(environment);
        Process process = builder.redirectOutput(out.toFile())
                .redirectError(error.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(error));
    }

    /** Returns a port on which nobody listens. */
    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(socket.getLocalPort());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String webhooks() throws IOException {
        return JSON.writeValueAsString(Map.of(
                "orders",
                Map.of("module", "http_webhook", "module-config", Map.of("url", destination.url("/orders")))));
    }
}

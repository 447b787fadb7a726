package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the store is full, and later it is not. */
@Tag("mount")
@Timeout(300)
class DiskFullIT {

    private static final Duration MAY_TAKE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    @Test
    void refusesEventsWhileTheDiskIsFullLosesNoneAndGoesOnByItself() throws Exception {
        try (FlakyDestination destination = new FlakyDestination();
                LoopDisk disk = LoopDisk.create(folder.resolve("disk"), 64)) {
            destination.failing(100, 503);
            Path ballast = Files.write(disk.folder().resolve("ballast"), new byte[40 << 20]);
            String store = "sqlite:" + disk.folder().resolve("webhooks.db");
            try (ReceiverProcess receiver =
                    ReceiverProcess.start(folder, webhooks(destination), Map.of("WEBHOOK_STORE", store))) {
                Set<String> acknowledged = new HashSet<>();
                int refused = 0;
                for (int n = 0; refused < 50; n++) {
                    assertThat(n).as("the disk must be full some time").isLessThan(20_000);
                    HttpResponse<String> answer = send(receiver, n, acknowledged);
                    if (answer.statusCode() != 200) {
                        refused++;
                        assertThat(answer.statusCode()).isEqualTo(503);
                        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                        assertThat(answer.body()).contains("could not be stored, retry later");
                    }
                }
                assertThat(receiver.log()).containsPattern("The disk of the store .* full.*: free space");

                Files.delete(ballast);
                long freed = System.nanoTime();
                int n = 1_000_000;
                while (send(receiver, n, acknowledged).statusCode() != 200) {
                    assertThat(System.nanoTime() - freed).isLessThan(MAY_TAKE.toNanos());
                    n++;
                }
                destination.failing(0, 503);
                Patience.awaitUntil(() -> new HashSet<>(destination.confirmed("/full")).containsAll(acknowledged));
                assertThat(receiver.log()).contains("Events are stored again");
            }
        }
    }

    private static HttpResponse<String> send(ReceiverProcess receiver, int n, Set<String> acknowledged)
            throws Exception {
        String body = "{\"n\":" + n + ",\"x\":\"" + "x".repeat(20_000) + "\"}";
        HttpResponse<String> answer = receiver.post("/webhook/orders", body.getBytes(UTF_8));
        if (answer.statusCode() == 200) {
            acknowledged.add(body);
        }
        return answer;
    }

    private static String webhooks(FlakyDestination destination) {
        return "{\"orders\": {\"module\": \"http_webhook\", \"module-config\": {\"url\": \"" + destination.url("/full")
                + "\"}, \"retry\": {\"enabled\": true, \"max_attempts\": 1000, \"initial_delay\": 0.2, \"max_delay\": 1}}}";
    }
}

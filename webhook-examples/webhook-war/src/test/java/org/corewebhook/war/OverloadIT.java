package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strangers who upload as much as they can, and a sender who has something to say. */
@Timeout(300)
class OverloadIT {

    private static final int STRANGERS = 200;

    @TempDir
    private Path folder;

    @Test
    void strangersWhoUploadDoNotExhaustTheHeapAndProvenSendersGetThrough() throws Exception {
        String webhooks = """
                {"signed": {"module": "save_to_disk", "module-config": {"path": "kept"},
                            "hmac": {"secret": "It's a Secret to Everybody", "header": "X-Hub-Signature-256"}},
                 "token": {"module": "save_to_disk", "module-config": {"path": "kept"}, "authorization": "Bearer t"}}
                """;
        ExecutorService strangers = Executors.newFixedThreadPool(STRANGERS);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong uploads = new AtomicLong();
        try (ReceiverProcess receiver =
                ReceiverProcess.start(folder, webhooks, Map.of(), "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
            for (int i = 0; i < STRANGERS; i++) {
                String path = i % 2 == 0 ? "/webhook/signed" : "/webhook/token";
                strangers.execute(() -> {
                    while (!stop.get()) {
                        upload(receiver.port(), path);
                        uploads.incrementAndGet();
                    }
                });
            }
            int accepted = 0;
            for (int i = 0; i < 25; i++) {
                int signed = receiver.post("/webhook/signed", GitHubPush.BODY, GitHubPush.headers(GitHubPush.BODY))
                        .statusCode();
                int token = receiver.post("/webhook/token", "{}".getBytes(UTF_8), "Authorization", "Bearer t")
                        .statusCode();
                accepted += (signed == 200 ? 1 : 0) + (token == 200 ? 1 : 0);
            }
            Patience.awaitUntil(() -> uploads.get() >= STRANGERS);
            stop.set(true);
            strangers.shutdown();
            assertThat(strangers.awaitTermination(150, TimeUnit.SECONDS)).isTrue();

            assertThat(receiver.process().isAlive()).as(receiver.log()).isTrue();
            assertThat(receiver.log()).doesNotContain("OutOfMemoryError");
            assertThat(accepted).isEqualTo(50);
        } finally {
            stop.set(true);
            strangers.shutdownNow();
        }
    }

    /** Uploads 10 MiB with a signature that looks right and is not; being cut off is what a stranger must expect. */
    private static void upload(int port, String path) {
        byte[] part = new byte[64 * 1024];
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            String head = "POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10485760\r\n"
                    + "X-Hub-Signature-256: sha256=" + "0".repeat(64) + "\r\n\r\n";
            out.write(head.getBytes(ISO_8859_1));
            for (int i = 0; i < 160; i++) {
                out.write(part);
            }
            String answer = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
            if (!answer.matches("HTTP/1.1 (401|503)")) {
                throw new IllegalStateException("Unexpected answer: " + answer);
            }
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(OverloadIT.class).debug("cut off", e);
        }
    }
}

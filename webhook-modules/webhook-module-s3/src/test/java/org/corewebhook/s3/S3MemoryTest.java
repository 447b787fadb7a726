package org.corewebhook.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.corewebhook.Acknowledge;
import org.corewebhook.WebhookProcessor;
import org.junit.jupiter.api.Test;

class S3MemoryTest {

    private static final int EVENTS = Integer.getInteger("events", 25_600);
    private static final int SENDERS = 64;

    @Test
    void twentyThousandEventsLeaveNothingBehind() throws Exception {
        // With files: a store in memory would grow in its own process, and slow down.
        try (S3Server server = S3Server.startWithFiles()) {
            String bucket = server.newBucket();
            try (WebhookProcessor processor = WebhookProcessor.builder()
                    .connection("objects", server.settings())
                    .endpoint(
                            "events",
                            endpoint -> endpoint.module(
                                            "s3", Map.of("bucket", bucket, "batch", Map.of(), "include_headers", true))
                                    .set("connection", "objects")
                                    .acknowledgeTimeout(Duration.ofMinutes(1))
                                    .acknowledge(Acknowledge.DELIVERED))
                    .build()) {
                send(processor);
                long half = usedBytes();
                send(processor);

                assertThat(usedBytes()).isLessThan(half * 12 / 10);
            }
        }
    }

    private static void send(WebhookProcessor processor) throws Exception {
        try (Senders senders =
                new Senders(processor, "/webhook/events", 1024).start(SENDERS, number -> number < EVENTS / 2)) {
            senders.awaitEnd();
            assertThat(senders.accepted()).isEqualTo(EVENTS / 2);
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}

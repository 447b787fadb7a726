package org.corewebhook.benchmarks.jmh;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.corewebhook.Acknowledge;
import org.corewebhook.Headers;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.benchmarks.Discard;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Parts that many threads meet in: the rate limiter, the hand-off to a lane; and the look-up of headers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class PartsBenchmark {

    private static final byte[] BODY = Payloads.json(1024);

    private WebhookProcessor processor;
    private Headers headers;

    /** Makes the processor. */
    @Setup
    public void setUp() {
        processor = WebhookProcessor.builder()
                .endpoint("open", e -> e.acknowledge(Acknowledge.DELIVERED).output(new Discard()))
                .endpoint(
                        "limited",
                        e -> e.acknowledge(Acknowledge.DELIVERED)
                                .output(new Discard())
                                .set("rate_limit", Map.of("max_requests", 1_000_000, "window_seconds", 1)))
                .endpoint("queued", e -> e.acknowledge(Acknowledge.RECEIVED).output(event -> {}))
                .build();
        headers = Headers.of(
                "Host", "127.0.0.1",
                "User-Agent", "GitHub-Hookshot/8f2c1a0",
                "Accept", "*/*",
                "Content-Type", "application/json",
                "X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958",
                "X-GitHub-Event", "push",
                "X-Hub-Signature-256", "sha256=0",
                "Content-Length", "1024");
    }

    /** Closes the processor. */
    @TearDown
    public void tearDown() {
        processor.close();
    }

    /** The seventh of eight headers. */
    @Benchmark
    public @Nullable String headerLookUp() {
        return headers.first("x-hub-signature-256");
    }

    /** Delivery on the calling thread, two threads at once. */
    @Benchmark
    @Threads(2)
    public WebhookResponse delivered() {
        return process("open");
    }

    /** The same behind a rate limit. */
    @Benchmark
    @Threads(2)
    public WebhookResponse rateLimited() {
        return process("limited");
    }

    /** Hand-off to the lane's own thread. */
    @Benchmark
    @Threads(2)
    public WebhookResponse received() {
        return process("queued");
    }

    private WebhookResponse process(String endpoint) {
        return processor.process(
                WebhookRequest.post("/webhook/" + endpoint).body(BODY).build());
    }
}

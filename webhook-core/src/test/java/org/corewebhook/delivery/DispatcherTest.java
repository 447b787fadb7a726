package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.corewebhook.Acknowledge;
import org.corewebhook.EndpointBuilder;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DispatcherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final OutputModule DOWN = event -> {
        throw DeliveryException.retryable("connection refused", null);
    };

    @Test
    void answers503WithRetryAfterWhenTheDestinationStaysDownAndAtOnceWhileItBacksOff() {
        AtomicInteger calls = new AtomicInteger();
        OutputModule down = event -> {
            calls.incrementAndGet();
            throw DeliveryException.retryableAfter("connection refused", Duration.ofMinutes(1));
        };
        try (WebhookProcessor processor = processor(e -> e.output(down).acknowledgeTimeout(PATIENCE))) {
            for (int i = 0; i < 2; i++) { // the second failure in a row makes the lane back off
                WebhookResponse failed = post(processor);
                assertThat(failed.status()).isEqualTo(503);
                assertThat(Long.parseLong(failed.headers().first("Retry-After")))
                        .isPositive();
            }

            assertThat(post(processor).status()).isEqualTo(503);
            assertThat(calls).as("calls of the destination").hasValue(2);
            assertThat(processor.health().lanes())
                    .singleElement()
                    .satisfies(lane -> assertThat(lane.lastError()).isEqualTo("connection refused"));
        }
    }

    @Test
    void answers200OnlyAfterEveryDestinationHasConfirmed() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        try (WebhookProcessor processor =
                processor(e -> e.output("one", event -> seen.add("one")).output("two", event -> seen.add("two")))) {
            assertThat(post(processor).status()).isEqualTo(200);
            assertThat(seen).containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void answers503WhenOneOfTwoDestinationsIsDown() {
        try (WebhookProcessor processor = processor(
                e -> e.output("up", event -> {}).output("down", DOWN).acknowledgeTimeout(Duration.ofMillis(300)))) {
            assertThat(post(processor).status()).isEqualTo(503);
            assertThat(processor.health().bodyBytes()).isZero();
        }
    }

    @Test
    void keepsReceivingInMemoryWhileTheDestinationIsDownUntilTheQueueIsFull() {
        try (WebhookProcessor processor =
                processor(e -> e.output(DOWN).acknowledge(Acknowledge.RECEIVED).set("max_pending", 3))) {
            assertThat(IntStream.range(0, 3).map(i -> post(processor).status())).containsOnly(200);
            WebhookResponse full = post(processor);

            assertThat(full.status()).isEqualTo(503);
            assertThat(full.headers().first("Retry-After")).isNotNull();
            assertThat(full.text()).contains("Too many events are waiting");
            assertThat(processor.health().lanes())
                    .singleElement()
                    .satisfies(lane -> assertThat(lane.waiting()).isEqualTo(3));
        }
    }

    @Test
    void doesNotWaitForAModuleThatMayBlockLongerThanTheSender() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (WebhookProcessor processor =
                processor(e -> e.output(blockedUntil(release)).acknowledgeTimeout(Duration.ofMillis(200)))) {
            assertThat(post(processor).status()).isEqualTo(503);
            release.countDown();
        }
    }

    @Test
    void holdsNoThreadOfTheSenderUntilTheDestinationHasConfirmed() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<WebhookResponse> answer = new CompletableFuture<>();
        try (WebhookProcessor processor = processor(e -> e.output(blockedUntil(release)))) {
            processor.process(request(), answer::complete);
            assertThat(answer).isNotDone();

            release.countDown();
            assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void answers503ToWhoStillWaitsWhenItStops() throws Exception {
        CompletableFuture<WebhookResponse> answer = new CompletableFuture<>();
        WebhookProcessor processor = processor(
                e -> e.output(blockedUntil(new CountDownLatch(1))).acknowledgeTimeout(Duration.ofSeconds(29)));
        processor.process(request(), answer::complete);
        processor.close();

        assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
    }

    @Test
    void answersTheOthersOfABatchWhenOneSenderCannotBeTold() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<WebhookResponse> answer = new CompletableFuture<>();
        try (WebhookProcessor processor = processor(e -> e.output(blockedUntil(release)))) {
            for (int i = 0; i < 3; i++) {
                processor.process(request(), response -> {
                    throw new IllegalStateException("gone");
                });
            }
            processor.process(request(), answer::complete);
            release.countDown();

            assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void deliversEverythingExactlyOnceUnderConcurrency() throws Exception {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        OutputModule module = event -> seen.add(event.id());
        ExecutorService senders = Executors.newFixedThreadPool(16);
        try (WebhookProcessor processor = processor(e -> e.output(module))) {
            List<Future<Integer>> answers = IntStream.range(0, 16)
                    .mapToObj(i -> senders.submit(() -> (int) IntStream.range(0, 250)
                            .filter(j -> post(processor).status() == 200)
                            .count()))
                    .toList();
            int accepted = 0;
            for (Future<Integer> answer : answers) {
                accepted += answer.get(30, TimeUnit.SECONDS);
            }
            assertThat(accepted).isEqualTo(4000);
            assertThat(seen).hasSize(4000).doesNotHaveDuplicates();
        } finally {
            senders.shutdownNow();
        }
    }

    @Test
    void drainsWhatItHasReceivedBeforeItStopsAndAnswers503Afterwards() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        WebhookProcessor processor = WebhookProcessor.builder()
                .shutdownTimeout(PATIENCE)
                .endpoint("test", e -> e.output(event -> seen.add(event.id())).acknowledge(Acknowledge.RECEIVED))
                .build();
        IntStream.range(0, 500).forEach(i -> post(processor));
        processor.close();

        assertThat(seen).hasSize(500);
        WebhookResponse late = post(processor);
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.headers().first("Retry-After")).isNotNull();
    }

    private static WebhookProcessor processor(java.util.function.Consumer<EndpointBuilder> endpoint) {
        return WebhookProcessor.builder()
                .shutdownTimeout(Duration.ofSeconds(1))
                .endpoint("test", endpoint)
                .build();
    }

    private static OutputModule blockedUntil(CountDownLatch release) {
        return new OutputModule() {
            @Override
            public void deliver(WebhookEvent event) throws DeliveryException {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw DeliveryException.retryable("interrupted", e);
                }
            }

            @Override
            public int maxBatch() {
                return 10;
            }
        };
    }

    private static WebhookRequest request() {
        return WebhookRequest.post("/webhook/test").body("{}").build();
    }

    private static WebhookResponse post(WebhookProcessor processor) {
        return processor.process(request());
    }
}

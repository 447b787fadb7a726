package org.corewebhook.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.corewebhook.DataType;
import org.corewebhook.EndpointBuilder;
import org.corewebhook.TestClock;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.configuration.ConfigurationException;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.ReceiptId;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest {

    private static final Map<String, Object> BY_HEADER = Map.of("header", "X-Delivery");

    private final TestClock clock = new TestClock();
    private final List<WebhookEvent> delivered = Collections.synchronizedList(new ArrayList<>());
    private final List<String> observed = Collections.synchronizedList(new ArrayList<>());
    private final List<WebhookProcessor> processors = new ArrayList<>();

    @AfterEach
    void close() {
        processors.forEach(WebhookProcessor::close);
    }

    @Test
    void answersADuplicateAsTheFirstAndDeliversItOnce() {
        WebhookProcessor processor = processor(BY_HEADER);

        WebhookResponse first = post(processor, "1", "{}");
        WebhookResponse second = post(processor, "1", "{}");

        assertThat(second.status()).isEqualTo(first.status()).isEqualTo(200);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(delivered).hasSize(1);
        assertThat(observed).hasSize(1);
    }

    @Test
    void doesNotTakeAnotherBodyForADuplicateIfNoSignatureCoversTheId() {
        WebhookProcessor processor = processor(BY_HEADER);

        post(processor, "1", "{}");
        post(processor, "1", "{\"other\":1}");
        post(processor, "2", "{}");

        assertThat(delivered).hasSize(3);
    }

    @Test
    void acceptsRequestsWithoutAnIdEachTime() {
        WebhookProcessor processor = processor(BY_HEADER);

        assertThat(process(processor, WebhookRequest.post("/webhook/a").body("{}"))
                        .status())
                .isEqualTo(200);
        assertThat(post(processor, " ", "{}").status()).isEqualTo(200);
        assertThat(post(processor, " ", "{}").status()).isEqualTo(200);

        assertThat(delivered).hasSize(3);
    }

    @Test
    void forgetsAReceiptWhenItsWindowHasEnded() {
        WebhookProcessor processor = processor(Map.of("header", "X-Delivery", "window", "10m"));

        post(processor, "1", "{}");
        clock.advance(Duration.ofMinutes(10).minusMillis(1));
        post(processor, "1", "{}");
        assertThat(delivered).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        post(processor, "1", "{}");
        assertThat(delivered).hasSize(2);
    }

    @Test
    void remembersReceiptsForThreeDaysByDefault() {
        WebhookProcessor processor = processor(BY_HEADER);

        post(processor, "1", "{}");
        clock.advance(Duration.ofHours(71));
        post(processor, "1", "{}");
        assertThat(delivered).hasSize(1);
        clock.advance(Duration.ofHours(1));
        post(processor, "1", "{}");
        assertThat(delivered).hasSize(2);
    }

    @Test
    void doesNotSwallowTheRetryAfterAFailedFirstAttempt() {
        List<DeliveryException> failures =
                new ArrayList<>(List.of(DeliveryException.permanent("refused by the destination", null)));
        WebhookProcessor processor = processor(e -> e.set("idempotency", BY_HEADER), event -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            delivered.add(event);
        });

        assertThat(post(processor, "1", "{}").status()).isEqualTo(503);
        assertThat(post(processor, "1", "{}").status()).isEqualTo(200);
        assertThat(post(processor, "1", "{}").status()).isEqualTo(200);

        assertThat(delivered).hasSize(1);
    }

    @Test
    void asksForALaterRetryWhileTheFirstIsInFlight() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        WebhookProcessor processor =
                processor(e -> e.set("idempotency", BY_HEADER).acknowledgeTimeout(Duration.ofMinutes(1)), event -> {
                    arrived.countDown();
                    await(finish);
                    delivered.add(event);
                });
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try {
            Future<WebhookResponse> first = sender.submit(() -> post(processor, "1", "{}"));
            await(arrived);

            WebhookResponse second = post(processor, "1", "{}");

            assertThat(second.status()).isEqualTo(503);
            assertThat(second.headers().first("Retry-After")).isEqualTo("1");
            finish.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(post(processor, "1", "{}").status()).isEqualTo(200);
            assertThat(delivered).hasSize(1);
        } finally {
            finish.countDown();
            sender.shutdownNow();
        }
    }

    @Test
    void acceptsExactlyOneOfManyAtOnce() throws Exception {
        WebhookProcessor processor = processor(BY_HEADER);
        ExecutorService senders = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 50; round++) {
                String id = "id" + round;
                List<Callable<Integer>> same =
                        Collections.nCopies(16, () -> post(processor, id, "{}").status());
                for (Future<Integer> status : senders.invokeAll(same)) {
                    assertThat(status.get()).isIn(200, 503);
                }
                assertThat(delivered).hasSize(round + 1);
            }
        } finally {
            senders.shutdownNow();
        }
    }

    @Test
    void recognisesAnEventByAPlaceInItsPayload() {
        WebhookProcessor processor = processor(Map.of("pointer", "/event/id"));

        post(processor, "a", "{\"event\":{\"id\":17}}");
        post(processor, "b", "{\"event\":{\"id\":17}}");
        post(processor, "c", "{\"event\":{\"id\":18}}");
        post(processor, "d", "{\"event\":{}}");
        post(processor, "e", "{\"event\":{}}");

        assertThat(delivered).hasSize(4);
    }

    @Test
    void needsTheSameBodyForAnIdInThePayloadUnlessTheBodyIsSigned() {
        WebhookProcessor open = processor(Map.of("pointer", "/id"));
        WebhookProcessor signed = processor(
                e -> e.set("idempotency", Map.of("pointer", "/id"))
                        .validator("signature", ValidationStage.SIGNATURE, request -> ValidationResult.accepted()),
                delivered::add);

        post(open, "", "{\"id\":1,\"try\":1}");
        post(open, "", "{\"id\":1,\"try\":2}");
        assertThat(delivered).hasSize(2);
        post(signed, "", "{\"id\":1,\"try\":1}");
        post(signed, "", "{\"id\":1,\"try\":2}");
        assertThat(delivered).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "signature"})
    void takesTheIdOfTheSignatureScheme(String value) {
        Object setting = value.equals("true") ? (Object) true : value;
        WebhookProcessor processor = processor(
                e -> e.set("idempotency", setting).validator("s", ValidationStage.SIGNATURE, new Scheme(false)),
                delivered::add);

        post(processor, "1", "{}");
        post(processor, "1", "{}");
        post(processor, "1", "{\"n\":1}");
        post(processor, "2", "{}");

        assertThat(delivered).hasSize(3);
    }

    @Test
    void protectsFromReplaysOfSignedIdsWithoutBeingAsked() {
        WebhookProcessor processor =
                processor(e -> e.validator("s", ValidationStage.SIGNATURE, new Scheme(true)), delivered::add);

        post(processor, "1", "{}");
        assertThat(post(processor, "1", "{\"n\":1}").status()).isEqualTo(200);
        assertThat(delivered).hasSize(1);
        clock.advance(Duration.ofMinutes(6));
        post(processor, "1", "{}");
        assertThat(delivered).hasSize(2);
    }

    @Test
    void doesNotProtectFromReplaysOfIdsThatNoSignatureCoversOrWhenToldNotTo() {
        WebhookProcessor unsigned =
                processor(e -> e.validator("s", ValidationStage.SIGNATURE, new Scheme(false)), delivered::add);
        WebhookProcessor off = processor(
                e -> e.set("idempotency", false).validator("s", ValidationStage.SIGNATURE, new Scheme(true)),
                delivered::add);

        for (WebhookProcessor processor : List.of(unsigned, off)) {
            post(processor, "1", "{}");
            post(processor, "1", "{}");
        }

        assertThat(delivered).hasSize(4);
    }

    @Test
    void keepsTheReceiptsOfEndpointsApart() {
        WebhookProcessor processor = WebhookProcessor.builder()
                .endpoint("a", e -> e.set("idempotency", BY_HEADER).output(delivered::add))
                .endpoint("b", e -> e.set("idempotency", BY_HEADER).output(delivered::add))
                .build();
        processors.add(processor);

        for (String id : List.of("a", "b", "a", "b")) {
            process(
                    processor,
                    WebhookRequest.post("/webhook/" + id)
                            .header("X-Delivery", "1")
                            .body("{}"));
        }

        assertThat(delivered).extracting(WebhookEvent::endpoint).containsExactly("a", "b");
    }

    @Test
    void namesWhatIsWrongWithTheSetting() {
        assertThat(problem(Map.of())).contains("/a/idempotency").contains("Say one of header, pointer");
        assertThat(problem(Map.of("header", "A", "pointer", "/b"))).contains("Say one of header, pointer");
        assertThat(problem(Map.of("header", "")))
                .contains("/a/idempotency/header")
                .contains("Must not be empty");
        assertThat(problem(Map.of("pointer", "id"))).contains("Must be a JSON pointer");
        assertThat(problem(Map.of("header", "A", "windw", "1h")))
                .contains("Unknown key")
                .contains("window");
        assertThat(problem(Map.of("header", "A", "window", "91d"))).contains("/a/idempotency/window");
        assertThat(problem(7)).contains("Must be true, \"signature\", or an object");
        assertThat(problem(true)).contains("Needs a validator");
        assertThatThrownBy(() -> processor(
                        e -> e.set("idempotency", Map.of("pointer", "/id")).dataType(DataType.BLOB), delivered::add))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("data_type");
    }

    /** A scheme whose id stands in a header that is covered by the signature or not. */
    private record Scheme(boolean signed) implements Validator {
        @Override
        public ValidationResult validate(WebhookRequest request) {
            return ValidationResult.accepted();
        }

        @Override
        public @Nullable ReceiptId receiptId(WebhookRequest request) {
            String id = request.headers().first("X-Delivery");
            return id == null ? null : new ReceiptId(id, signed);
        }

        @Override
        public Duration replayWindow() {
            return Duration.ofMinutes(6);
        }
    }

    private String problem(Object setting) {
        try {
            processor(e -> e.set("idempotency", setting), delivered::add);
            return "none";
        } catch (ConfigurationException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private WebhookProcessor processor(Map<String, Object> idempotency) {
        return processor(e -> e.set("idempotency", idempotency), delivered::add);
    }

    private WebhookProcessor processor(Consumer<EndpointBuilder> settings, OutputModule output) {
        WebhookProcessor processor = WebhookProcessor.builder()
                .clock(clock)
                .observer((event, label) -> observed.add(label))
                .endpoint("a", e -> {
                    settings.accept(e);
                    e.output(output);
                })
                .build();
        processors.add(processor);
        return processor;
    }

    private static WebhookResponse post(WebhookProcessor processor, String id, String body) {
        return process(
                processor,
                WebhookRequest.post("/webhook/a").header("X-Delivery", id).body(body));
    }

    private static WebhookResponse process(WebhookProcessor processor, WebhookRequest.Builder request) {
        return processor.process(request.build());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

package org.corewebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeAnswersTest {

    private final List<WebhookEvent> events = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final WebhookProcessor processor = WebhookProcessor.builder()
            .clock(new TestClock())
            .endpoint("plain", e -> e.output(events::add))
            .endpoint(
                    "challenged",
                    e -> e.validator(new Refusing(request -> answerTo(request, "validator")))
                            .handshake(request -> answerTo(request, "added"))
                            .output(events::add))
            .endpoint(
                    "open",
                    e -> e.handshake(request -> answerTo(request, "added")).output(events::add))
            .endpoint(
                    "throwing",
                    e -> e.handshake(request -> {
                                throw new IllegalStateException("defect");
                            })
                            .output(events::add))
            .endpoint(
                    "reading",
                    e -> e.handshake(request -> WebhookResponse.text(200, "" + request.body().length))
                            .output(events::add))
            .endpoint(
                    "closed",
                    e -> e.handshake(request -> answerTo(request, "added"))
                            .set("basic_auth", "wrong")
                            .output(events::add))
            .lenient()
            .build();

    @AfterEach
    void close() {
        processor.close();
    }

    /** Refuses every event; what it answers to a handshake is given. */
    private record Refusing(Handshake handshake) implements Validator {
        @Override
        public ValidationResult validate(WebhookRequest request) {
            return ValidationResult.unauthorized("Unauthorized");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "POST"})
    void areGivenForEveryMethodBeforeAnyValidatorAndAreNoEvents(String method) {
        WebhookResponse answer = ask(method, "/webhook/challenged?challenge=validator");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("answer of validator");
        assertThat(answer.headers().all("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(events).isEmpty();
    }

    @Test
    void comeFromTheFirstHandshakeThatKnowsTheRequest() {
        assertThat(ask("GET", "/webhook/challenged?challenge=added").text()).isEqualTo("answer of added");
    }

    @Test
    void areNotGivenToOrdinaryRequestsWhichGoOnAsEver() {
        assertThat(ask("POST", "/webhook/challenged").status()).isEqualTo(401);
        assertThat(ask("POST", "/webhook/open").status()).isEqualTo(200);
        assertThat(events).hasSize(1);
        for (String path : List.of("/webhook/challenged", "/webhook/open", "/webhook/plain")) {
            WebhookResponse refused = ask("GET", path);
            assertThat(refused.status()).isEqualTo(405);
            assertThat(refused.headers().all("Allow")).containsExactly("POST");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void areRefusalsIfTheHandshakeThrows(String method) {
        assertThat(ask(method, "/webhook/throwing").status()).isEqualTo(401);
        assertThat(events).isEmpty();
    }

    @Test
    void areNotGivenAtAWrongPathByAClosedEndpointOrWhileStopping() {
        assertThat(ask("GET", "/webhook/none?challenge=added").status()).isEqualTo(405);
        assertThat(ask("GET", "/webhook/o%20pen?challenge=added").status()).isEqualTo(405);
        assertThat(ask("GET", "/webhook/closed?challenge=added").status()).isEqualTo(503);
        processor.close();
        assertThat(ask("GET", "/webhook/open?challenge=added").status()).isEqualTo(503);
        assertThat(asked).isEmpty();
    }

    @Test
    void seeNoMoreHeadersAndNoLargerBodyThanAValidatorWould() {
        WebhookRequest.Builder headers = WebhookRequest.builder("GET", "/webhook/open?challenge=added");
        for (int i = 0; i < 101; i++) {
            headers.header("X-" + i, "1");
        }
        assertThat(processor.process(headers.build()).status()).isEqualTo(400);
        assertThat(asked).isEmpty();
        WebhookRequest large = WebhookRequest.post("/webhook/reading")
                .body(new byte[(10 << 20) + 1])
                .build();
        assertThat(processor.process(large).status()).isEqualTo(413);
    }

    private @Nullable WebhookResponse answerTo(WebhookRequest request, String who) {
        asked.add(who);
        return request.queryParameters("challenge").contains(who)
                ? WebhookResponse.text(200, "answer of " + who)
                : null;
    }

    private WebhookResponse ask(String method, String pathAndQuery) {
        return processor.process(
                WebhookRequest.builder(method, pathAndQuery).body("{}").build());
    }
}

package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookProcessorBuilder;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who tells senders and observers that events are stored. */
@Timeout(60)
class StoredAnswersTest {

    private static final WebhookRequest REQUEST =
            WebhookRequest.post("/webhook/a").body("{}").build();

    @TempDir
    private Path folder;

    private final BlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> observing = new LinkedBlockingQueue<>();

    @Test
    void theThreadsOfTheApplicationAnswerAndObserveIfItSaysSo() throws Exception {
        try (WebhookProcessor processor = builder().answers(answers::add).build()) {
            processor.process(REQUEST, this::answered);
            Runnable answer = answers.poll(10, TimeUnit.SECONDS);
            assertThat(statuses)
                    .as("before the application's thread comes to it")
                    .isEmpty();
            assertThat(answer).isNotNull();
            answer.run();
        }
        assertThat(statuses).containsExactly(200);
        assertThat(observing).containsExactly(Thread.currentThread());
    }

    @Test
    void aThreadOfItsOwnDoesOtherwise() throws Exception {
        try (WebhookProcessor processor = builder().build()) {
            processor.process(REQUEST, this::answered);
            assertThat(statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(observing).extracting(Thread::getName).containsExactly("webhook-answers");
    }

    private WebhookProcessorBuilder builder() {
        return WebhookProcessor.builder()
                .store("sqlite:" + folder.resolve("events.db"))
                .observer((event, label) -> observing.add(Thread.currentThread()))
                .endpoint("a", endpoint -> endpoint.output(event -> {}));
    }

    private void answered(WebhookResponse answer) {
        statuses.add(answer.status());
    }
}

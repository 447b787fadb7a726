package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookProcessorBuilder;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.Receipt;
import org.corewebhook.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who tells senders and observers that events are stored. */
@Timeout(60)
class StoredAnswersTest {

    private static final WebhookRequest REQUEST =
            WebhookRequest.post("/webhook/a").body("{}").build();

    private static final List<String> LANE = List.of("orders/out");

    @TempDir
    private Path folder;

    private final BlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> observing = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void theThreadsOfTheApplicationAnswerAndObserveIfItSaysSo() throws Exception {
        try (WebhookProcessor processor = builder().answers(answers::add).build()) {
            processor.process(REQUEST, this::answered);
            Runnable answer = answers.poll(30, TimeUnit.SECONDS);
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
            assertThat(statuses.poll(30, TimeUnit.SECONDS)).isEqualTo(200);
        }
        assertThat(observing).extracting(Thread::getName).containsExactly("webhook-answers");
    }

    @Test
    void nobodyIsToldBeforeAllEventsOfTheCommitAreKnown() throws Exception {
        try (EventStore store =
                new SqliteStoreProvider().open("sqlite:" + folder.resolve("events.db"), Clock.systemUTC())) {
            CountDownLatch othersWait = new CountDownLatch(1);
            submit(store, "first", LANE, news -> await(othersWait)); // on the store's thread: one commit for the others
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("first durable");
            submit(store, "a", LANE, news -> {});
            submit(store, "b", LANE, news -> {});
            othersWait.countDown();
        }
        assertThat(told).containsExactly("first appended", "a durable", "b durable", "a appended", "b appended");
    }

    @Test
    void theStoreGoesOnWhenWhoIsToldThatAnEventIsNotStoredFails() throws Exception {
        try (EventStore store =
                new SqliteStoreProvider().open("sqlite:" + folder.resolve("events.db"), Clock.systemUTC())) {
            List<String> noLane = Collections.singletonList(null); // makes the transaction fail
            submit(store, "a", noLane, news -> {
                throw new IllegalStateException("no more threads");
            });
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("a failed");
            submit(store, "b", LANE, news -> {});
        }
        assertThat(told).containsExactly("b durable", "b appended");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hands an event over; all news of it are noted, and then reach {@code listener}. */
    private void submit(EventStore store, String id, List<String> lanes, Consumer<String> listener) {
        WebhookEvent event = new WebhookEvent(id, "orders", Instant.EPOCH, Headers.empty(), new byte[10]);
        store.submit(event, lanes, EventStore.NO_KEY, null, new EventStore.AppendListener() {
            @Override
            public void durable(long sequence) {
                hear("durable");
            }

            @Override
            public void appended(Receipt.Standing standing) {
                hear("appended");
            }

            @Override
            public void failed(StoreException failure) {
                hear("failed");
            }

            private void hear(String news) {
                told.add(id + " " + news);
                listener.accept(news);
            }
        });
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

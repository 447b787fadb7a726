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

    @Test
    void nobodyIsToldBeforeAllEventsOfTheCommitAreKnown() throws Exception {
        try (EventStore store =
                new SqliteStoreProvider().open("sqlite:" + folder.resolve("events.db"), Clock.systemUTC())) {
            CountDownLatch othersWait = new CountDownLatch(1);
            submit(store, "first", othersWait);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("first durable");
            submit(store, "a", othersWait);
            submit(store, "b", othersWait);
            othersWait.countDown();
        }
        assertThat(told).containsExactly("first appended", "a durable", "b durable", "a appended", "b appended");
    }

    @Test
    void theStoreGoesOnWhenWhoIsToldThatAnEventIsNotStoredFails() throws Exception {
        try (EventStore store =
                new SqliteStoreProvider().open("sqlite:" + folder.resolve("events.db"), Clock.systemUTC())) {
            List<String> noLane = Collections.singletonList(null); // makes the transaction fail
            store.submit(event("a"), noLane, EventStore.NO_KEY, null, new EventStore.AppendListener() {
                @Override
                public void durable(long sequence) {
                    told.add("a durable");
                }

                @Override
                public void appended(Receipt.Standing standing) {
                    told.add("a appended");
                }

                @Override
                public void failed(StoreException failure) {
                    told.add("a failed");
                    throw new IllegalStateException("no more threads");
                }
            });
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("a failed");
            submit(store, "b", new CountDownLatch(0));
        }
        assertThat(told).containsExactly("b durable", "b appended");
    }

    private static WebhookEvent event(String id) {
        return new WebhookEvent(id, "orders", Instant.EPOCH, Headers.empty(), new byte[10]);
    }

    /** The store's thread waits with the first event, so that the others come to one commit. */
    private void submit(EventStore store, String id, CountDownLatch othersWait) {
        store.submit(event(id), List.of("orders/out"), EventStore.NO_KEY, null, new EventStore.AppendListener() {
            @Override
            public void durable(long sequence) {
                told.add(id + " durable");
                try {
                    othersWait.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void appended(Receipt.Standing standing) {
                told.add(id + " appended");
            }

            @Override
            public void failed(StoreException failure) {
                told.add(id + " failed");
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

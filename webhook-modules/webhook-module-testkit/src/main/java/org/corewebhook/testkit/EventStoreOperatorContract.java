package org.corewebhook.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.store.DeliveryFilter;
import org.corewebhook.store.DeliveryState;
import org.corewebhook.store.DeliveryView;
import org.corewebhook.store.EventStore;
import org.corewebhook.store.EventStore.Backlog;
import org.corewebhook.store.EventStore.StoredDelivery;
import org.corewebhook.store.EventView;
import org.corewebhook.store.Settlement;
import org.junit.jupiter.api.Test;

/** What every event store must do for operators: dead letters, and what is found, replayed and purged. */
abstract class EventStoreOperatorContract extends EventStoreFixture {

    @Test
    void keepsADeadLetterWithEveryAttemptsTimeAndError() throws Exception {
        EventStore store = start();
        WebhookEvent event = Events.event("{}");
        long sequence = append(store, event, LANE);
        settle(store, LANE, Settlement.retry(sequence, NOW + 1, NOW + 5, "connection refused"));
        settle(store, LANE, Settlement.dead(sequence, NOW + 6, "400 Bad Request"));
        store = restart();

        assertThat(fresh(store, LANE)).isEmpty();
        assertThat(due(store, Long.MAX_VALUE)).isEmpty();
        assertThat(store.backlog()).isEmpty();
        DeliveryView letter = only(store.find(DeliveryFilter.all(10).in(DeliveryState.DEAD)));
        assertThat(letter.state()).isEqualTo(DeliveryState.DEAD);
        assertThat(letter.attempts()).isEqualTo(2);
        assertThat(letter.lastError()).isEqualTo("400 Bad Request");
        assertThat(letter.nextAttempt()).isNull();
        EventView shown = store.event(event.id()).orElseThrow();
        assertThat(shown.damaged()).isFalse();
        assertThat(shown.deliveries()).containsExactly(letter);
        assertThat(shown.attempts())
                .containsExactly(
                        new EventView.FailedAttempt(LANE, Instant.ofEpochMilli(NOW + 1), "connection refused"),
                        new EventView.FailedAttempt(LANE, Instant.ofEpochMilli(NOW + 6), "400 Bad Request"));
    }

    @Test
    void countsWhatWaitsInEachLane() throws Exception {
        EventStore store = start();
        long dead = append(store, Events.event("12345"), LANE);
        long waiting = append(store, Events.event("123"), LANE, OTHER_LANE);
        long last = append(store, Events.event("1"), LANE);
        settle(store, LANE, Settlement.dead(dead, NOW, "400"), Settlement.retry(waiting, NOW, NOW + 70, "503"));

        assertThat(store.backlog())
                .containsExactlyInAnyOrder(
                        new Backlog(LANE, 2, 4, last, NOW + 70),
                        new Backlog(OTHER_LANE, 1, 3, waiting, Long.MAX_VALUE));
    }

    @Test
    void findsWhatAnOperatorAsksForNewestFirst() throws Exception {
        EventStore store = start();
        Headers none = Headers.empty();
        WebhookEvent first = Events.event("a", none, "first".getBytes(UTF_8));
        WebhookEvent second = Events.event("b", none, "second!".getBytes(UTF_8));
        WebhookEvent third = Events.event("a", none, "3".getBytes(UTF_8));
        long one = append(store, first, LANE, OTHER_LANE);
        long two = append(store, second, LANE);
        long three = append(store, third, LANE);
        settle(store, LANE, Settlement.retry(one, NOW, NOW + 9, "503"), Settlement.dead(two, NOW, "400"));

        assertThat(store.find(DeliveryFilter.all(10)))
                .extracting(DeliveryView::sequence)
                .containsExactly(three, two, one, one);
        assertThat(store.find(DeliveryFilter.all(2)))
                .extracting(DeliveryView::sequence)
                .containsExactly(three, two);
        DeliveryView view = only(store.find(filter(first.id(), null, LANE, null, null, null)));
        assertThat(view)
                .isEqualTo(new DeliveryView(
                        one,
                        first.id(),
                        "a",
                        LANE,
                        DeliveryState.WAITING,
                        1,
                        5,
                        first.receivedAt(),
                        Instant.ofEpochMilli(NOW + 9),
                        null,
                        "503"));
        assertThat(sequences(store, filter(null, "b", null, null, null, null))).containsExactly(two);
        assertThat(sequences(store, filter(null, null, OTHER_LANE, null, null, null)))
                .containsExactly(one);
        long secondAt = second.receivedAt().toEpochMilli();
        assertThat(sequences(store, filter(null, null, LANE, secondAt, null, null)))
                .containsExactly(three, two);
        assertThat(sequences(store, filter(null, null, LANE, null, secondAt, null)))
                .containsExactly(one);
        assertThat(sequences(store, filter(null, null, LANE, null, null, three)))
                .containsExactly(two, one);
        assertThat(sequences(store, DeliveryFilter.all(10).in(DeliveryState.FRESH)))
                .containsExactly(three, one);
        assertThat(sequences(store, DeliveryFilter.all(10).in(DeliveryState.WAITING)))
                .containsExactly(one);
        assertThat(sequences(store, DeliveryFilter.all(10).of("' OR 1=1 --"))).isEmpty();
        assertThat(store.event("' OR 1=1 --")).isEmpty();
    }

    @Test
    void replaysTheDeadLettersThatAreMeantAndNoOthers() throws Exception {
        EventStore store = start();
        WebhookEvent meant = Events.event("12345");
        WebhookEvent other = Events.event("{}");
        long meantAt = append(store, meant, LANE, OTHER_LANE);
        long otherAt = append(store, other, LANE);
        long waiting = append(store, Events.event("{}"), LANE);
        settle(
                store,
                LANE,
                Settlement.dead(meantAt, NOW, "400"),
                Settlement.dead(otherAt, NOW, "400"),
                Settlement.retry(waiting, NOW, NOW + 60_000, "503"));
        settle(store, OTHER_LANE, Settlement.dead(meantAt, NOW, "400"));

        assertThat(store.replay(filter(meant.id(), null, LANE, null, null, null), NOW + 10))
                .containsExactly(new Backlog(LANE, 1, 5, meantAt, NOW + 10));
        StoredDelivery again = only(store.due(LANE, NOW + 10, 10, MANY_BYTES));
        assertThat(again.event().body()).isEqualTo(meant.body());
        assertThat(again.attempts()).isZero();
        assertThat(sequences(store, DeliveryFilter.all(10).in(DeliveryState.DEAD)))
                .containsExactlyInAnyOrder(meantAt, otherAt);
        assertThat(store.event(meant.id()).orElseThrow().attempts())
                .as("what happened before stays known")
                .hasSize(2);
    }

    @Test
    void purgesTheDeadLettersThatAreMeantAndNoOthers() throws Exception {
        EventStore store = start();
        WebhookEvent half = Events.event("{}");
        WebhookEvent gone = Events.event("{}");
        WebhookEvent stays = Events.event("{}");
        long halfAt = append(store, half, LANE, OTHER_LANE);
        long goneAt = append(store, gone, LANE);
        long staysAt = append(store, stays, LANE);
        settle(
                store,
                LANE,
                Settlement.dead(halfAt, NOW, "400"),
                Settlement.dead(goneAt, NOW, "400"),
                Settlement.retry(staysAt, NOW, NOW + 1, "503"));

        assertThat(store.purge(DeliveryFilter.all(10))).isEqualTo(2);
        assertThat(store.event(gone.id())).isEmpty();
        assertThat(store.event(half.id()).orElseThrow().deliveries())
                .extracting(DeliveryView::lane)
                .containsExactly(OTHER_LANE);
        assertThat(due(store, NOW + 1)).containsExactly(staysAt);
        assertThat(store.purge(DeliveryFilter.all(10))).isZero();
    }

    @Test
    void makesDamagedEventsDeadLettersAndDeliversTheOthers() throws Exception {
        EventStore store = start();
        WebhookEvent large = Events.event(new byte[2 << 20]);
        WebhookEvent waiting = Events.event("waiting");
        WebhookEvent small = Events.event("small");
        append(store, large, LANE);
        long waitingAt = append(store, waiting, LANE);
        append(store, small, LANE);
        long soundAt = append(store, Events.event("sound"), LANE);
        settle(store, LANE, Settlement.retry(waitingAt, NOW, NOW, "503"));
        store.close();
        for (WebhookEvent event : List.of(large, waiting, small)) {
            damage(event.id());
        }
        EventStore again = start();

        // a page of damaged rows only is no end of the lane
        EventStore.Page page = again.read(LANE, 0, 1, 1 << 20);
        assertThat(only(page.deliveries()).sequence()).isEqualTo(soundAt);
        assertThat(page.readUpTo()).isEqualTo(soundAt);
        assertThat(due(again, NOW)).isEmpty();
        awaitUntil(() ->
                sequences(again, DeliveryFilter.all(10).in(DeliveryState.DEAD)).size() == 3);
        assertThat(again.find(DeliveryFilter.all(10).in(DeliveryState.DEAD)))
                .allSatisfy(letter -> assertThat(letter.lastError()).contains("damaged"));
        assertThat(again.event(small.id()).orElseThrow().damaged()).isTrue();
    }
}

package org.corewebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.junit.jupiter.api.Test;

class RecordingOutputModuleTest {

    @Test
    void keepsEventsInOrderAndTheSizeOfBatches() throws Exception {
        RecordingOutputModule module = new RecordingOutputModule(10);
        List<WebhookEvent> events = Events.numbered(3);

        module.deliver(events.get(0));
        assertThat(module.deliverAll(events.subList(1, 3))).hasSize(2).allMatch(outcome -> outcome.failure() == null);

        assertThat(module.events()).containsExactlyElementsOf(events);
        assertThat(module.bodies()).hasSize(3);
        assertThat(module.batchSizes()).containsExactly(1, 2);
        assertThat(module.maxBatch()).isEqualTo(10);
    }

    @Test
    void failsRetryablyOnceItIsClosed() {
        RecordingOutputModule module = new RecordingOutputModule();
        module.close();

        assertThat(module.isClosed()).isTrue();
        assertThat(module.deliverAll(Events.numbered(2)))
                .hasSize(2)
                .allMatch(outcome -> outcome.failure().isRetryable());
    }

    @Test
    void waitsForEventsThatAnotherThreadDelivers() throws Exception {
        RecordingOutputModule module = new RecordingOutputModule();
        Thread other = new Thread(() -> module.deliverAll(Events.numbered(5)));
        other.start();

        assertThat(module.awaitEvents(5, Duration.ofSeconds(10))).hasSize(5);
        other.join();
    }

    @Test
    void saysHowManyEventsThereAreWhenWaitingWasInVain() throws Exception {
        RecordingOutputModule module = new RecordingOutputModule();
        module.deliver(Events.event("{}"));

        assertThatThrownBy(() -> module.awaitEvents(2, Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2 events")
                .hasMessageContaining("there are 1");
    }

    @Test
    void theProviderGivesTheModuleThatTheConfigurationNames() {
        Settings settings = Settings.of(Map.of("as", "orders"));

        RecordingOutputModule named = RecordingOutputModule.named("orders");

        assertThat(new RecordingOutputModuleProvider().create(settings, null)).isSameAs(named);
        named.close();
        assertThat(RecordingOutputModule.named("orders")).isNotSameAs(named);
    }

    @Test
    void failsAsOftenAsToldAndThenRecords() throws Exception {
        FailingOutputModule module = FailingOutputModule.retryably(2);
        WebhookEvent event = Events.event("{}");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> module.deliver(event))
                    .isInstanceOfSatisfying(
                            DeliveryException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
        }
        module.deliver(event);

        assertThat(module.attempts()).isEqualTo(3);
        assertThat(module.events()).containsExactly(event);
    }

    @Test
    void refusesUntilItRecovers() throws Exception {
        FailingOutputModule module = FailingOutputModule.permanentlyUntilRecovered();
        WebhookEvent event = Events.event("{}");

        assertThat(module.deliverAll(List.of(event, event)))
                .allMatch(outcome -> !outcome.failure().isRetryable());
        module.recover();
        module.deliver(event);

        assertThat(module.attempts()).isEqualTo(3);
        assertThat(module.recording().events()).containsExactly(event);
    }
}

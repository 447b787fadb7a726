package org.corewebhook.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What arrives in a real broker, and what its refusals mean. */
class RabbitMqMessageTest {

    private final RabbitServer server = RabbitServer.shared();
    private final String queue = RabbitServer.newName("message");
    private SharedConnection connection = server.connection();

    @BeforeEach
    void open() {
        connection = server.connection();
    }

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void deliverThenTheMessageIsPersistentAndCarriesHeadersIdTypeAndTime() throws Exception {
        WebhookEvent event = Events.event(
                Headers.of("Content-Type", "application/json", "X-Event", "push", "x-event", "é", "X-Empty", ""),
                "{ \"a\" : 1.0 }".getBytes(UTF_8));

        module(Map.of("queue_name", queue, "app_id", "receiver-1")).deliver(event);

        GetResponse message = server.drain(queue).get(0);
        BasicProperties properties = message.getProps();
        assertThat(message.getBody()).isEqualTo(event.body());
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getMessageId()).isEqualTo(event.id());
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getAppId()).isEqualTo("receiver-1");
        assertThat(properties.getTimestamp().toInstant().getEpochSecond())
                .isEqualTo(event.receivedAt().getEpochSecond());
        assertThat(texts(properties.getHeaders()))
                .containsExactlyInAnyOrder("content-type=application/json", "x-event=push, é", "x-empty=");
    }

    @Test
    void deliverThenAnIndependentClientReadsTheExactBytes() throws Exception {
        byte[] body = {0, 1, (byte) 0xff, '\r', '\n', 0};

        module(Map.of("queue_name", queue)).deliver(Events.event(body));

        assertThat(server.amqpGet(queue)).isEqualTo(body);
    }

    @Test
    void queueNameBesideModuleConfigIsUsedUnlessModuleConfigHasOne() throws Exception {
        String other = RabbitServer.newName("message");

        deliver(Map.of("queue_name", queue, "module-config", Map.of("timeout", "1m")), "beside");
        deliver(Map.of("queue_name", queue, "module-config", Map.of("queue_name", other, "timeout", "1m")), "inside");

        assertThat(bodies(queue)).containsExactly("beside");
        assertThat(bodies(other)).containsExactly("inside");
    }

    @Test
    void queueTypeAndArgumentsAreDeclared() throws Exception {
        module(Map.of("queue_name", queue, "queue_type", "quorum", "queue_arguments", Map.of("x-delivery-limit", 7)))
                .deliver(Events.event("{}"));

        try (Connection own = server.connect();
                Channel channel = own.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum", "x-delivery-limit", 7));
        }
        assertThat(bodies(queue)).containsExactly("{}");
    }

    @Test
    void queueThatExistsOtherwiseThenPermanentFailureThatSaysWhatDiffersAndOthersGoOn() throws Exception {
        declare(queue, Map.of("x-max-length", 10));
        String healthy = RabbitServer.newName("message");

        DeliveryException failure = failure(module(Map.of("queue_name", queue)), Events.event("{}"));
        module(Map.of("queue_name", healthy)).deliver(Events.event("{}"));

        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("406").hasMessageContaining("x-max-length");
        assertThat(bodies(healthy)).hasSize(1);
    }

    @Test
    void queueThatIsDeletedIsDeclaredAgainOnTheNextAttempt() throws Exception {
        OutputModule module = module(Map.of("queue_name", queue));
        module.deliver(Events.event("{}"));
        delete(queue);

        DeliveryException failure = failure(module, Events.event("lost"));
        module.deliver(Events.event("found"));

        assertThat(failure.isRetryable()).isTrue();
        assertThat(bodies(queue)).containsExactly("found");
    }

    @Test
    void missingQueueAndDeclareOffThenPermanentFailure() throws Exception {
        DeliveryException failure = failure(module(Map.of("queue_name", queue, "declare", false)), Events.event("{}"));

        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("There is no queue").hasMessageContaining("NO_ROUTE");
    }

    @Test
    void exchangeGetsTheRoutingKeyAndOnlyUnroutableEventsFail() throws Exception {
        declare(queue, Map.of());
        String key = RabbitServer.newName("key");
        try (Connection own = server.connect();
                Channel channel = own.createChannel()) {
            channel.queueBind(queue, "amq.topic", key);
        }

        module(Map.of("exchange", "amq.topic", "routing_key", key)).deliver(Events.event("{}"));
        DeliveryException failure =
                failure(module(Map.of("exchange", "amq.topic", "routing_key", "nobody")), Events.event("{}"));

        assertThat(bodies(queue)).containsExactly("{}");
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("No queue is bound");
    }

    @Test
    void missingExchangeThenPermanentFailureAndOthersGoOn() throws Exception {
        OutputModule healthy = module(Map.of("queue_name", queue));
        healthy.deliver(Events.event("1"));

        DeliveryException failure =
                failure(module(Map.of("exchange", RabbitServer.newName("none"))), Events.event("{}"));
        healthy.deliver(Events.event("2"));

        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("404");
        assertThat(bodies(queue)).containsExactly("1", "2");
    }

    @Test
    void fullQueueThatRefusesThenTheRefusedEventsAloneFailAndMayBeTriedAgain() throws Exception {
        Map<String, Object> arguments = Map.of("x-max-length", 3, "x-overflow", "reject-publish");
        List<WebhookEvent> events = Events.numbered(40);

        List<DeliveryOutcome> outcomes = module(Map.of("queue_name", queue, "queue_arguments", arguments))
                .deliverAll(events);

        List<String> confirmed = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            DeliveryException failure = outcomes.get(i).failure();
            if (failure == null) {
                confirmed.add(new String(events.get(i).body(), UTF_8));
            } else {
                assertThat(failure.isRetryable()).isTrue();
                assertThat(failure).hasMessageContaining("nack");
            }
        }
        assertThat(confirmed).hasSizeBetween(3, 39);
        assertThat(bodies(queue)).containsExactlyElementsOf(confirmed);
    }

    @Test
    void messageLargerThanTheBrokerTakesFailsForGoodAndTheOthersMayBeTriedAgain() throws Exception {
        OutputModule module = module(Map.of("queue_name", queue));
        byte[] tooLarge = new byte[RabbitServer.MAX_MESSAGE_BYTES + 1];

        List<DeliveryOutcome> outcomes =
                module.deliverAll(List.of(Events.event("1"), Events.event(tooLarge), Events.event("3")));
        module.deliver(Events.event("4"));

        DeliveryException large = Objects.requireNonNull(outcomes.get(1).failure());
        DeliveryException unlucky = Objects.requireNonNull(outcomes.get(2).failure());
        assertThat(large.isRetryable()).isFalse();
        assertThat(unlucky.isRetryable()).isTrue();
        assertThat(bodies(queue)).endsWith("4").doesNotContain("3");
    }

    @Test
    void headersThatAmqpCannotCarryDoNotStopTheEventUnlessTheyAreTooManyForOneFrame() throws Exception {
        OutputModule module = module(Map.of("queue_name", queue));
        Headers longName = Headers.of("x".repeat(256), "1", "Content-Type", "t/" + "y".repeat(300), "A", "b");
        Headers large = Headers.of("A", "b".repeat(200_000));

        List<DeliveryOutcome> outcomes = module.deliverAll(
                List.of(Events.event(large, new byte[0]), Events.event(longName, new byte[0]), Events.event("last")));

        DeliveryException failure = Objects.requireNonNull(outcomes.get(0).failure());
        assertThat(failure.isRetryable()).isFalse();
        assertThat(outcomes.subList(1, 3)).allMatch(outcome -> outcome.failure() == null);
        List<GetResponse> messages = server.drain(queue);
        assertThat(messages).hasSize(2);
        assertThat(messages.get(0).getProps().getHeaders()).containsOnlyKeys("a", "content-type");
        assertThat(messages.get(0).getProps().getContentType()).isNull();
    }

    @Test
    void wrongPasswordThenTheFailureMayPassAndDoesNotShowIt() throws Exception {
        SharedConnection wrong =
                RabbitServer.connection(server.connectionSettings(Map.of("password", "not-it-7731", "timeout", "1m")));
        try {
            OutputModule module =
                    new RabbitMqProvider().create(Settings.of(Map.of("queue_name", queue, "timeout", "1m")), wrong);

            DeliveryException failure = failure(module, Events.event("{}"));

            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("ACCESS_REFUSED").hasStackTraceContaining("ACCESS_REFUSED");
            assertThat(failure.toString()).doesNotContain("not-it-7731");
        } finally {
            wrong.close();
        }
    }

    private OutputModule module(Map<String, ?> moduleConfig) {
        Map<String, Object> patient = new HashMap<>(moduleConfig);
        patient.put("timeout", "1m"); // a busy machine is none of what is tested
        return module(Settings.of(Map.of("module-config", patient)));
    }

    private OutputModule module(Settings endpoint) {
        Settings settings = endpoint.object("module-config");
        OutputModule module = new RabbitMqProvider().create(settings, connection);
        assertThat(settings.problems()).isEmpty();
        return module;
    }

    private void deliver(Map<String, ?> endpoint, String body) throws DeliveryException {
        module(Settings.of(endpoint)).deliver(Events.event(body));
    }

    private static DeliveryException failure(OutputModule module, WebhookEvent event) {
        @Nullable
        DeliveryException failure = module.deliverAll(List.of(event)).get(0).failure();
        return Objects.requireNonNull(failure, "failure");
    }

    private void declare(String name, Map<String, Object> arguments) throws Exception {
        try (Connection own = server.connect();
                Channel channel = own.createChannel()) {
            channel.queueDeclare(name, true, false, false, arguments);
        }
    }

    private void delete(String name) throws Exception {
        try (Connection own = server.connect();
                Channel channel = own.createChannel()) {
            channel.queueDelete(name);
        }
    }

    private List<String> bodies(String name) throws Exception {
        return server.drain(name).stream()
                .map(message -> new String(message.getBody(), UTF_8))
                .toList();
    }

    private static List<String> texts(Map<String, Object> table) {
        return table.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}

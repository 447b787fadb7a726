package org.corewebhook.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.Events;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketOutputTest {

    private final Peer peer = Peer.shared();
    private final String channel = Peer.newChannel();
    private @Nullable OutputModule open;

    @AfterEach
    void closeTheOutput() {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void keepsOneConnectionForAllEventsAndSendsTheOperatorsHeaders() throws Exception {
        OutputModule output = output("?a=b", Map.of("headers", Map.of("Authorization", "Bearer abc", "Origin", "us")));

        output.deliver(Events.event("1"));
        assertThat(output.deliverAll(Events.numbered(10))).allMatch(outcome -> outcome.failure() == null);

        assertThat(peer.messages(channel)).hasSize(11);
        assertThat(peer.handshakes(channel))
                .singleElement()
                .satisfies(headers -> assertThat(headers)
                        .contains("\"authorization\":\"Bearer abc\"", "\"origin\":\"us\"")
                        .contains("\"host\":\"127.0.0.1:" + peer.port() + "\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "response", "none"})
    void deliversWithEachWayOfConfirming(String confirm) {
        OutputModule output = output("?replies=3", Map.of("confirm", confirm));

        assertThat(failures(output.deliverAll(Events.numbered(3)))).containsOnlyNulls();
        open = null;
        output.close();

        assertThat(awaitMessages(3)).extracting(Peer.Message::text).contains("{\"payload\":{\"n\":2}}");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 302, 500, 503})
    void triesAgainWhenTheHandshakeIsRefusedAndSaysTheStatusOnly(int status) {
        OutputModule output = output("?token=secret&status=" + status, Map.of());

        assertThat(failure(output)).satisfies(failure -> {
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("HTTP status " + status);
            assertThat(failure).hasMessageNotContaining("secret");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1003, 1008, 1009})
    void failsForGoodWhenThePeerRefusesTheMessage(int code) {
        OutputModule output = output("?refuse=payload&code=" + code, Map.of());

        assertThat(failure(output).isRetryable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1007, 1011, 1012, 1013, 3000, 4000})
    void triesAgainWhenThePeerClosesForAnotherReason(int code) {
        OutputModule output = output("?refuse=payload&code=" + code, Map.of());

        assertThat(failure(output)).satisfies(failure -> {
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining(String.valueOf(code));
        });
    }

    @Test
    void triesAgainWhenThePeerClosesBeforeItGotAnEvent() {
        OutputModule output = output("?close_on_open=1008", Map.of());

        assertThat(failure(output)).satisfies(failure -> {
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("before any event was sent (close code 1008)");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "response"})
    void findsTheOneEventOfABatchThatThePeerRefuses(String confirm) {
        OutputModule output = output("?max=1000&replies=100", Map.of("confirm", confirm, "format", "raw"));
        WebhookEvent tooLarge = Events.event(new byte[1001]);
        List<WebhookEvent> events = List.of(Events.event("1"), tooLarge, Events.event("3"), Events.event("4"));

        List<@Nullable DeliveryException> first = failures(output.deliverAll(events));
        List<WebhookEvent> failed = IntStream.range(0, events.size())
                .filter(i -> first.get(i) != null)
                .mapToObj(events::get)
                .toList();
        List<@Nullable DeliveryException> second = failures(output.deliverAll(failed));

        assertThat(first).allMatch(failure -> failure == null || failure.isRetryable());
        for (int i = 0; i < failed.size(); i++) {
            DeliveryException failure = second.get(i);
            if (failed.get(i).equals(tooLarge)) {
                assertThat(failure).isNotNull().matches(refused -> !refused.isRetryable());
            } else {
                assertThat(failure).isNull();
            }
        }
        assertThat(peer.messages(channel)).extracting(Peer.Message::text).contains("1", "3", "4");
    }

    @Test
    void countsOneReplyForEachEventInOrder() {
        OutputModule output = output("?replies=2", Map.of("confirm", "response", "timeout", "5s"));

        List<@Nullable DeliveryException> failures = failures(output.deliverAll(Events.numbered(4)));

        assertThat(failures.subList(0, 2)).containsOnlyNulls();
        assertThat(failures.subList(2, 4))
                .allMatch(failure -> failure != null && failure.isRetryable())
                .allSatisfy(failure -> assertThat(failure.getMessage())
                        .containsAnyOf("has not confirmed in time", "ended before it confirmed"));
    }

    @Test
    void doesNotTakeAGreetingForAReply() {
        OutputModule output = output("?greeting=welcome", Map.of("confirm", "response", "timeout", "1s"));

        assertThat(failure(output).isRetryable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?silent=1", "?no_pong=1"})
    void endsInTimeWhenThePeerDoesNotAnswer(String query) {
        OutputModule output = output(query, Map.of("timeout", "500ms"));

        long start = System.nanoTime();
        DeliveryException failure = failure(output);

        assertThat(failure.isRetryable()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?silent=1", "?no_pong=1"})
    void returnsSoonWhenItIsClosedDuringACall(String query) throws Exception {
        OutputModule output = output(query, Map.of("timeout", "60s"));
        FutureTask<DeliveryException> call = new FutureTask<>(() -> failure(output));
        Thread caller = new Thread(call, "caller");
        caller.start();
        assertThat(awaitHandshake()).isTrue();

        output.close();

        assertThat(call.get(30, TimeUnit.SECONDS).isRetryable()).isTrue();
        assertThat(failure(output)).hasMessageContaining("is closed");
    }

    @Test
    void opensAnotherConnectionInTheSameCallWhenTheKeptOneHasDiedSilently() throws Exception {
        try (FreezingProxy proxy = new FreezingProxy(peer.port())) {
            OutputModule output =
                    outputTo("ws://127.0.0.1:" + proxy.port() + "/" + channel, Map.of("check_after_idle", 0));
            output.deliver(Events.event("1"));

            proxy.freezeWhatIsOpen();
            output.deliver(Events.event("2"));
        }

        assertThat(peer.messages(channel))
                .extracting(Peer.Message::text)
                .containsExactly("{\"payload\":1}", "{\"payload\":2}");
        assertThat(peer.handshakes(channel)).hasSize(2);
    }

    @Test
    void noticesADeadConnectionThatIsPingedAtIntervals() throws Exception {
        try (FreezingProxy proxy = new FreezingProxy(peer.port())) {
            OutputModule output = outputTo(
                    "ws://127.0.0.1:" + proxy.port() + "/" + channel,
                    Map.of("confirm", "none", "ping_interval", 1, "timeout", "5s"));
            assertDeliversSoon(output, "1");

            proxy.freezeWhatIsOpen();
            assertThat(proxy.awaitEndOfWhatWasFrozen()).isTrue();

            // without confirmation an event may still vanish in the moment in which the connection is being given up
            List<Peer.Message> arrived = Await.until(
                    () -> {
                        deliverTwo(output);
                        return peer.messages(channel);
                    },
                    messages ->
                            messages.stream().anyMatch(message -> message.text().equals("{\"payload\":2}")));
            assertThat(arrived).extracting(Peer.Message::text).contains("{\"payload\":2}");
        }
    }

    private static void deliverTwo(OutputModule output) {
        try {
            output.deliver(Events.event("2"));
        } catch (DeliveryException e) {
            assertThat(e.isRetryable()).isTrue();
        }
    }

    @Test
    void deliversAgainAfterThePeerWasStoppedAndContinued() throws Exception {
        try (Peer own = Peer.start()) {
            OutputModule output = outputTo(own.url(channel), Map.of("timeout", "5s"));
            output.deliver(Events.event("1"));

            own.pause();
            DeliveryException failure = failure(output);
            own.resume();
            assertDeliversSoon(output, "3");

            assertThat(failure.isRetryable()).isTrue();
            assertThat(own.messages(channel)).extracting(Peer.Message::text).contains("{\"payload\":3}");
        }
    }

    @Test
    void refusesANameThatLeadsToAMetadataService() {
        HostResolver resolver =
                host -> new InetAddress[] {address(host, 127, 0, 0, 1), address(host, 169, 254, 169, 254)};
        OutputModule output = output(resolver, "ws://peer.example:" + peer.port() + "/" + channel, Map.of());

        assertThat(failure(output)).satisfies(failure -> {
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("169.254.169.254 is link-local");
        });
        assertThat(peer.handshakes(channel)).isEmpty();
    }

    @Test
    void triesTheNextAddressWhenOneDoesNotAnswer() throws Exception {
        HostResolver resolver = host -> new InetAddress[] {address(host, 127, 0, 0, 2), address(host, 127, 0, 0, 1)};
        OutputModule output = output(resolver, "ws://peer.example:" + peer.port() + "/" + channel, Map.of());

        output.deliver(Events.event("1"));

        assertThat(peer.messages(channel)).hasSize(1);
    }

    @Test
    void endsInTimeWhenTheNameIsNotResolved() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        HostResolver hanging = host -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[] {address(host, 127, 0, 0, 1)};
        };
        OutputModule output =
                output(hanging, "ws://peer.example:" + peer.port() + "/" + channel, Map.of("timeout", "300ms"));

        assertThat(failure(output).isRetryable()).isTrue();
        end.countDown();
    }

    private OutputModule output(String query, Map<String, ?> settings) {
        return outputTo(peer.url(channel + query), settings);
    }

    private OutputModule outputTo(String url, Map<String, ?> settings) {
        return output(HostResolver.SYSTEM, url, settings);
    }

    private OutputModule output(HostResolver resolver, String url, Map<String, ?> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("url", url);
        Settings read = Settings.of(settings);
        OutputModule output = new WebSocketProvider(resolver).create(read, null);
        assertThat(read.problems()).isEmpty();
        open = output;
        return output;
    }

    private List<Peer.Message> awaitMessages(int count) {
        return Await.until(() -> peer.messages(channel), messages -> messages.size() >= count);
    }

    private boolean awaitHandshake() {
        return !Await.until(() -> peer.handshakes(channel), handshakes -> !handshakes.isEmpty())
                .isEmpty();
    }

    private static DeliveryException failure(OutputModule output) {
        DeliveryException failure =
                output.deliverAll(List.of(Events.event("{}"))).get(0).failure();
        assertThat(failure).isNotNull();
        return failure;
    }

    /** On a busy machine a connection may need longer than one call has. */
    private static void assertDeliversSoon(OutputModule output, String body) {
        assertThat(Await.until(
                        () -> output.deliverAll(List.of(Events.event(body)))
                                .get(0)
                                .failure(),
                        failure -> failure == null))
                .isNull();
    }

    private static List<@Nullable DeliveryException> failures(List<DeliveryOutcome> outcomes) {
        return outcomes.stream()
                .<@Nullable DeliveryException>map(DeliveryOutcome::failure)
                .toList();
    }

    private static InetAddress address(String host, int... bytes) throws UnknownHostException {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        return InetAddress.getByAddress(host, raw);
    }
}

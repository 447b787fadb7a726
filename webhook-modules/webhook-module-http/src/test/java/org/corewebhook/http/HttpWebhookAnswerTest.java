package org.corewebhook.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWebhookAnswerTest {

    private final Clock clock = new TestClock();
    private Destination destination;
    private OutputModule module;

    @BeforeEach
    void start() throws IOException {
        destination = new Destination();
        Settings settings = Settings.of(Map.of("url", destination.url("/hook")), clock);
        module = new HttpWebhookProvider().create(settings, null);
    }

    @AfterEach
    void stop() throws Exception {
        module.close();
        destination.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 207, 226, 299})
    void deliversWhenTheAnswerIs2xx(int status) throws Exception {
        destination.answering(Destination.answer(status));

        module.deliver(Events.event("{}"));

        assertThat(destination.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504, 599, 600})
    void mayBeRetriedWhenTheAnswerMayChange(int status) {
        DeliveryException failure = failureWhenAnswered(status);

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.retryAfter()).isNull();
        assertThat(failure).hasMessage("http://127.0.0.1:" + destination.port() + " answered " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 407, 410, 413, 415, 422, 431, 499})
    void isRefusedForGoodWhenTheAnswerIsAnother4xx(int status) {
        assertThat(failureWhenAnswered(status).isRetryable()).isFalse();
        assertThat(destination.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
    void doesNotFollowARedirect(int status) {
        DeliveryException failure = failureWhenAnswered(status, "Location", destination.url("/elsewhere"));

        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("redirect").hasMessageContaining("not followed");
        assertThat(destination.received()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "429, 120, 120",
        "503, 0, 0",
        "503, ' 7 ', 7",
        "503, 'Thu, 01 Jan 2026 00:01:30 GMT', 90",
        "429, 'Thursday, 01-Jan-26 00:00:10 GMT', 10",
        "429, 'Wed, 31 Dec 2025 23:59:59 GMT', 0"
    })
    void waitsAsLongAsTheDestinationAsks(int status, String retryAfter, long seconds) {
        assertThat(failureWhenAnswered(status, "Retry-After", retryAfter).retryAfter())
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"429, soon", "503, -1", "503, 1.5", "429, 99999999999999999999", "500, 10", "408, 10"})
    void ignoresARetryAfterThatMeansNothing(int status, String retryAfter) {
        DeliveryException failure = failureWhenAnswered(status, "Retry-After", retryAfter);

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.retryAfter()).isNull();
    }

    @Test
    void sendsNoCookieThatItWasGiven() throws Exception {
        destination.answering(Destination.answer(200, "Set-Cookie", "session=1; Path=/"));

        module.deliver(Events.event("{}"));
        module.deliver(Events.event("{}"));

        assertThat(destination.received())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.header("Cookie")).isNull());
    }

    @Test
    void doesNotAnswerAChallenge() {
        DeliveryException failure = failureWhenAnswered(401, "WWW-Authenticate", "Basic realm=\"x\"");

        assertThat(failure.isRetryable()).isFalse();
        assertThat(destination.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536})
    void keepsTheConnectionAfterAnAnswerOfUpTo64KiB(int bytes) throws Exception {
        destination.answering(bytes == 0 ? Destination.answer(204) : Destination.answerWithBody(200, bytes));

        module.deliver(Events.event("{}"));
        module.deliver(Events.event("{}"));

        assertThat(ports()).hasSize(2);
        assertThat(ports().get(0)).isEqualTo(ports().get(1));
    }

    @Test
    void dropsTheConnectionAfterALongerAnswer() throws Exception {
        destination.answering(Destination.answerWithBody(200, 65_537));

        module.deliver(Events.event("{}"));
        module.deliver(Events.event("{}"));

        assertThat(ports()).hasSize(2).doesNotHaveDuplicates();
    }

    private List<Integer> ports() {
        return destination.received().stream()
                .map(Destination.Received::clientPort)
                .toList();
    }

    private DeliveryException failureWhenAnswered(int status, String... headers) {
        destination.answering(Destination.answer(status, headers));
        return catchThrowableOfType(DeliveryException.class, () -> module.deliver(Events.event("{}")));
    }
}

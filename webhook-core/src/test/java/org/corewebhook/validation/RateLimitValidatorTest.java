package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.request;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.corewebhook.ErrorKind;
import org.corewebhook.TestClock;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RateLimitValidatorTest {

    private final TestClock clock = new TestClock();

    @Test
    void refusesRequestsBeyondTheLimit() {
        Validator validator = create(Map.of("max_requests", 3, "window_seconds", 60));
        for (int i = 0; i < 3; i++) {
            assertAccepted(validator.validate(request()));
            clock.advance(Duration.ofSeconds(10));
        }

        assertRefused(validator.validate(request()), 30);
    }

    @Test
    void acceptsAgainExactlyWhenItSaid() {
        Validator validator = create(Map.of("max_requests", 1, "window_seconds", 60));
        assertAccepted(validator.validate(request()));
        assertRefused(validator.validate(request()), 60);

        clock.advance(Duration.ofMillis(58_999));
        assertRefused(validator.validate(request()), 2);
        clock.advance(Duration.ofSeconds(1));
        assertRefused(validator.validate(request()), 1);
        clock.advance(Duration.ofMillis(1));
        assertAccepted(validator.validate(request()));
    }

    @Test
    void doesNotCountRefusedRequests() {
        Validator validator = create(Map.of("max_requests", 1, "window_seconds", 60));
        assertAccepted(validator.validate(request()));
        for (int i = 0; i < 59; i++) {
            clock.advance(Duration.ofSeconds(1));
            assertRefused(validator.validate(request()), 59 - i);
        }
        clock.advance(Duration.ofSeconds(1));

        assertAccepted(validator.validate(request()));
    }

    @Test
    void refusesEverythingWhenNothingIsAllowed() {
        ValidationResult result = create(Map.of("max_requests", 0)).validate(request());

        assertThat(result.refusal()).isEqualTo(ErrorKind.TOO_MANY_REQUESTS);
        assertThat(result.detail()).isEqualTo("Rate limit exceeded. No requests allowed");
        assertThat(result.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void allowsAHundredPerMinuteByDefault() {
        Validator validator = create(Map.of("enabled", true));
        for (int i = 0; i < 100; i++) {
            assertAccepted(validator.validate(request()));
        }

        assertRefused(validator.validate(request()), 60);
    }

    @Test
    void takesNumbersThatAreText() {
        Validator validator = create(Map.of("max_requests", "1", "window_seconds", "10"));
        assertAccepted(validator.validate(request()));

        assertRefused(validator.validate(request()), 10);
    }

    static List<Map<String, ?>> noLimit() {
        return List.of(
                Map.of(), Map.of("enabled", false, "max_requests", 1), Map.of("enabled", "false", "max_requests", 0));
    }

    @ParameterizedTest
    @MethodSource("noLimit")
    void acceptsEverythingWithoutALimit(Map<String, ?> settings) {
        Validator validator = create(settings);
        for (int i = 0; i < 1000; i++) {
            assertAccepted(validator.validate(request()));
        }
    }

    @Test
    void countsAllSendersTogetherByDefault() {
        Validator validator = create(Map.of("max_requests", 1));
        assertAccepted(validator.validate(from("192.0.2.1")));

        assertRefused(validator.validate(from("192.0.2.2")), 60);
    }

    @Test
    void countsEachAddressOnItsOwnIfAskedTo() {
        Validator validator = create(Map.of("max_requests", 1, "per", "address"));
        for (String address : List.of("192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1", "nonsense")) {
            assertAccepted(validator.validate(from(address)));
            assertRefused(validator.validate(from(address)), 60);
        }
        assertRefused(validator.validate(from("::ffff:192.0.2.1")), 60);
        assertRefused(validator.validate(from("2001:db8:0:1:ffff::2")), 60);
        assertRefused(validator.validate(from("other nonsense")), 60);
        clock.advance(Duration.ofSeconds(60));

        assertAccepted(validator.validate(from("192.0.2.1")));
    }

    @Test
    void countsTheClientBehindATrustedProxy() {
        Map<String, Object> endpoint = new HashMap<>();
        endpoint.put("rate_limit", Map.of("max_requests", 1, "per", "address"));
        endpoint.put("trusted_proxies", "127.0.0.1");
        Validator validator = Validators.create(new RateLimitProvider(), endpoint, clock);

        assertAccepted(validator.validate(request("X-Forwarded-For", "192.0.2.1")));
        assertAccepted(validator.validate(request("X-Forwarded-For", "192.0.2.2")));
        assertRefused(validator.validate(request("X-Forwarded-For", "1.1.1.1, 192.0.2.1")), 60);
    }

    @Test
    void remembersABoundedNumberOfAddresses() {
        AddressRateLimit limit = new AddressRateLimit(
                1, Duration.ofSeconds(60), clock, org.corewebhook.address.ClientAddress.behind(List.of()));
        for (int i = 0; i < 150_000; i++) {
            limit.tryCount(from("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        }

        assertThat(limit.size()).isBetween(50_000, 100_000);
    }

    @Test
    void letsExactlyTheLimitPassFromManyThreads() {
        for (String per : List.of("endpoint", "address")) {
            Validator validator = create(Map.of("max_requests", 500, "per", per));
            long accepted = IntStream.range(0, 5000)
                    .parallel()
                    .filter(i -> validator.validate(request()).refusal() == null)
                    .count();

            assertThat(accepted).isEqualTo(500);
        }
    }

    @Test
    void runsAfterAuthentication() {
        assertThat(new RateLimitProvider().stage()).isEqualTo(ValidationStage.RATE);
    }

    @Test
    void reportsValuesOutOfRange() {
        assertThat(problems(Map.of("max_requests", -1)))
                .containsExactly("/rate_limit/max_requests: Must be from 0 to 1000000");
        assertThat(problems(Map.of("max_requests", 1_000_001)))
                .containsExactly("/rate_limit/max_requests: Must be from 0 to 1000000");
        assertThat(problems(Map.of("window_seconds", 0)))
                .containsExactly("/rate_limit/window_seconds: Must be from 1ms to 366d");
        assertThat(problems(Map.of("per", "moon")))
                .containsExactly("/rate_limit/per: Must be one of endpoint, address");
    }

    private static void assertRefused(ValidationResult result, int seconds) {
        assertThat(result.refusal()).isEqualTo(ErrorKind.TOO_MANY_REQUESTS);
        assertThat(result.detail()).isEqualTo("Rate limit exceeded. Retry after " + seconds + " seconds");
        assertThat(result.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    private static WebhookRequest from(String address) {
        return WebhookRequest.post("/webhook/a").remoteAddress(address).build();
    }

    private static List<String> problems(Map<String, ?> settings) {
        return Validators.problems(new RateLimitProvider(), Map.of("rate_limit", settings));
    }

    private Validator create(Map<String, ?> settings) {
        return Validators.create(new RateLimitProvider(), Map.of("rate_limit", settings), clock);
    }
}

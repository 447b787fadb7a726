package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.corewebhook.WebhookResponse;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;

class AddressRateLimitTest {

    private final TestClock clock = new TestClock(Instant.parse("2026-03-05T12:34:56.789Z"));

    @Test
    void refusesTheRequestBeyondTheLimit() {
        AddressRateLimit limit = new AddressRateLimit(2, clock);

        assertThat(limit.refusal("192.0.2.1")).isNull();
        assertThat(limit.refusal("192.0.2.1")).isNull();
        WebhookResponse refusal = limit.refusal("192.0.2.1");

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.text()).contains("\"detail\":\"Rate limit exceeded. Limit: 2 requests per minute\"");
        assertThat(refusal.headers().first("Retry-After")).isEqualTo("61");
    }

    @Test
    void countsEveryAddressForItself() {
        AddressRateLimit limit = new AddressRateLimit(1, clock);

        assertThat(limit.refusal("192.0.2.1")).isNull();
        assertThat(limit.refusal("192.0.2.2")).isNull();
        assertThat(limit.refusal("192.0.2.1")).isNotNull();
    }

    @Test
    void letsTheRequestPassThatComesWhenItWasToldTo() {
        AddressRateLimit limit = new AddressRateLimit(1, clock);
        limit.refusal("192.0.2.1");
        clock.advance(Duration.ofSeconds(20));

        String wait = limit.refusal("192.0.2.1").headers().first("Retry-After");
        clock.advance(Duration.ofSeconds(Long.parseLong(wait)));

        assertThat(limit.refusal("192.0.2.1")).isNull();
    }

    @Test
    void neverLetsMorePassInAnyMinuteThanTheLimit() {
        AddressRateLimit limit = new AddressRateLimit(10, clock);
        Random random = new Random(7);
        List<Instant> passed = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            clock.advance(Duration.ofMillis(random.nextInt(4000)));
            if (limit.refusal("192.0.2.1") == null) {
                passed.add(clock.instant());
            }
        }

        assertThat(passed).hasSizeGreaterThan(500);
        for (int i = 10; i < passed.size(); i++) {
            assertThat(Duration.between(passed.get(i - 10), passed.get(i))).isGreaterThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void remembersABoundedNumberOfAddresses() {
        AddressRateLimit limit = new AddressRateLimit(1, clock);
        for (int i = 0; i < 3 * AddressRateLimit.MAX_ADDRESSES; i++) {
            limit.refusal("2001:db8::" + Integer.toHexString(i));
        }

        assertThat(limit.addresses()).isPositive().isLessThanOrEqualTo(AddressRateLimit.MAX_ADDRESSES);
    }
}

package org.corewebhook.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {

    private static final WebhookEvent EVENT =
            new WebhookEvent("id", "github", Instant.EPOCH, Headers.empty(), new byte[0]);
    private static final Map<String, Duration> WINDOWS = Map.of(
            "minute", Duration.ofMinutes(1),
            "5_minutes", Duration.ofMinutes(5),
            "15_minutes", Duration.ofMinutes(15),
            "30_minutes", Duration.ofMinutes(30),
            "hour", Duration.ofHours(1),
            "day", Duration.ofDays(1),
            "week", Duration.ofDays(7),
            "month", Duration.ofDays(30));
    private static final Map<String, Duration> SLOTS = Map.of(
            "minute", Duration.ofSeconds(1),
            "5_minutes", Duration.ofMinutes(1),
            "15_minutes", Duration.ofMinutes(1),
            "30_minutes", Duration.ofMinutes(1),
            "hour", Duration.ofMinutes(1),
            "day", Duration.ofMinutes(10),
            "week", Duration.ofHours(1),
            "month", Duration.ofHours(1));

    private final TestClock clock = new TestClock(Instant.parse("2026-03-05T12:34:56.789Z"));
    private final Statistics statistics = new Statistics(clock);

    @Test
    void holdsNothingBeforeTheFirstWebhook() {
        assertThat(statistics.snapshot()).isEmpty();
    }

    @Test
    void countsAWebhookInAllNineWindowsInTheOrderOfTheReference() {
        statistics.accepted(EVENT, "github");

        assertThat(statistics.snapshot()).containsOnlyKeys("github");
        assertThat(windows("github").keySet())
                .containsExactly(
                        "total", "minute", "5_minutes", "15_minutes", "30_minutes", "hour", "day", "week", "month");
        assertThat(windows("github").values()).containsOnly(1L);
    }

    @Test
    void sortsLabels() {
        for (String label : List.of("b", "a", "team/a")) {
            statistics.accepted(EVENT, label);
        }

        assertThat(statistics.snapshot().keySet()).containsExactly("a", "b", "team/a");
    }

    @ParameterizedTest
    @CsvSource({
        "minute, PT59S, PT60S",
        "5_minutes, PT4M, PT5M",
        "15_minutes, PT14M, PT15M",
        "30_minutes, PT29M, PT30M",
        "hour, PT59M, PT60M",
        "day, PT23H50M, PT24H",
        "week, PT167H, PT168H",
        "month, PT719H, PT720H"
    })
    void countsJustInsideAndNotJustOutsideOfAWindow(String window, Duration inside, Duration outside) {
        statistics.accepted(EVENT, "github");

        clock.advance(inside);
        assertThat(windows("github")).containsEntry(window, 1L);

        clock.advance(outside.minus(inside));
        assertThat(windows("github")).containsEntry(window, 0L).containsEntry("total", 1L);
    }

    @Test
    void losesNothingWhenTheMonthWrapsAround() {
        for (int hour = 0; hour < 2000; hour++) {
            statistics.accepted(EVENT, "github");
            clock.advance(Duration.ofHours(1));
        }

        assertThat(windows("github"))
                .containsEntry("total", 2000L)
                .containsEntry("month", 719L) // the current hour is still empty
                .containsEntry("week", 167L)
                .containsEntry("day", 23L)
                .containsEntry("hour", 0L);
    }

    @Test
    void forgetsEverythingButTheTotalAfterTwoIdleMonths() {
        statistics.accepted(EVENT, "github");
        clock.advance(Duration.ofDays(61));

        assertThat(windows("github")).containsEntry("total", 1L);
        assertThat(windows("github").entrySet().stream()
                        .filter(window -> !window.getKey().equals("total"))
                        .map(Map.Entry::getValue))
                .containsOnly(0L);

        statistics.accepted(EVENT, "github");
        assertThat(windows("github")).containsEntry("minute", 1L).containsEntry("month", 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT3S", "PT2M", "PT25H", "P400D"})
    void goesOnCountingWhenTheClockIsSetBack(Duration back) {
        statistics.accepted(EVENT, "github");
        clock.advance(back.negated());
        statistics.accepted(EVENT, "github");
        assertThat(windows("github").values()).containsOnly(2L);

        clock.advance(Duration.ofSeconds(70));
        statistics.accepted(EVENT, "github");
        assertThat(windows("github")).containsEntry("minute", 1L).containsEntry("5_minutes", 3L);

        clock.advance(Duration.ofDays(31));
        assertThat(windows("github")).containsEntry("month", 0L).containsEntry("total", 3L);
    }

    @Test
    void goesOnCountingWhenTheClockLeapsAheadAndIsSetRight() {
        statistics.accepted(EVENT, "github");
        clock.advance(Duration.ofDays(3650));
        statistics.accepted(EVENT, "github");
        clock.advance(Duration.ofDays(-3650));

        for (int minute = 0; minute < 120; minute++) {
            statistics.accepted(EVENT, "github");
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(windows("github"))
                .containsEntry("minute", 0L)
                .containsEntry("hour", 59L)
                .containsEntry("day", 121L);
    }

    @Test
    void countsBeforeTheEpoch() {
        TestClock early = new TestClock(Instant.parse("1969-12-31T23:59:30Z"));
        Statistics earlyStatistics = new Statistics(early);

        earlyStatistics.accepted(EVENT, "github");
        early.advance(Duration.ofSeconds(45));
        earlyStatistics.accepted(EVENT, "github");

        assertThat(earlyStatistics.snapshot().get("github")).containsEntry("minute", 2L);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 3_000, 60_000, 1_800_000, 20_000_000})
    void neverCountsMoreThanTheWindowAndLosesAtMostOneSlot(int maxPauseMillis) {
        Random random = new Random(maxPauseMillis);
        List<Instant> accepted = new ArrayList<>();
        for (int step = 0; step < 1500; step++) {
            clock.advance(Duration.ofMillis(random.nextInt(maxPauseMillis)));
            if (random.nextInt(10) < 8) {
                statistics.accepted(EVENT, "github");
                accepted.add(clock.instant());
            }
            if (step % 3 == 0 && !accepted.isEmpty()) {
                assertBetweenWindowAndOneSlotLess(accepted);
            }
        }
    }

    @Test
    void losesNoCountWhenEightThreadsCount() throws Exception {
        int threads = 8;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(executor.submit(() -> {
                    start.await();
                    for (int i = 0; i < 10_000; i++) {
                        statistics.accepted(EVENT, "github");
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> thread : running) {
                thread.get();
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(windows("github").values()).containsOnly(80_000L);
    }

    @Test
    void countsUnderTheIdWhenTooManyNamespacesWereInvented() {
        for (int i = 0; i < Statistics.MAX_NAMESPACED_LABELS + 5; i++) {
            statistics.accepted(EVENT, "n" + i + "/github");
        }
        statistics.accepted(EVENT, "n0/github");

        Map<String, Map<String, Long>> snapshot = statistics.snapshot();
        assertThat(snapshot).hasSize(Statistics.MAX_NAMESPACED_LABELS + 1);
        assertThat(snapshot.get("n0/github")).containsEntry("total", 2L);
        assertThat(snapshot.get("github")).containsEntry("total", 5L);
    }

    @Test
    void doesNotCapLabelsOfEndpoints() {
        for (int i = 0; i < 3000; i++) {
            statistics.accepted(EVENT, "endpoint-" + i);
        }

        assertThat(statistics.snapshot()).hasSize(3000);
    }

    private void assertBetweenWindowAndOneSlotLess(List<Instant> accepted) {
        Map<String, Long> counted = windows("github");
        Instant now = clock.instant();
        WINDOWS.forEach((name, window) -> assertThat(counted.get(name))
                .as(name)
                .isLessThanOrEqualTo(after(accepted, now.minus(window)))
                .isGreaterThanOrEqualTo(after(accepted, now.minus(window).plus(SLOTS.get(name)))));
        assertThat(counted).containsEntry("total", (long) accepted.size());
    }

    private static long after(List<Instant> instants, Instant limit) {
        return instants.stream().filter(instant -> instant.isAfter(limit)).count();
    }

    private Map<String, Long> windows(String label) {
        return statistics.snapshot().get(label);
    }
}

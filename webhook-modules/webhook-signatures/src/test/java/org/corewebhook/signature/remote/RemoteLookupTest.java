package org.corewebhook.signature.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.signature.remote.RemoteLookup.Found;
import org.corewebhook.signature.remote.RemoteLookup.Loader;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteLookupTest {

    private final TestClock clock = new TestClock();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void asksOnceWhileAnAnswerHolds() throws Exception {
        RemoteLookup<String, Integer> lookup = lookup(key -> new Found<>(asked.incrementAndGet(), seconds(60)));

        assertThat(lookup.get("a")).isEqualTo(1);
        clock.advance(seconds(59));
        assertThat(lookup.get("a")).isEqualTo(1);
        assertThat(lookup.get("b")).isEqualTo(2);
    }

    @Test
    void asksAgainWhenAnAnswerHasExpired() throws Exception {
        RemoteLookup<String, Integer> lookup = lookup(key -> new Found<>(asked.incrementAndGet(), seconds(60)));

        lookup.get("a");
        clock.advance(seconds(60));

        assertThat(lookup.get("a")).isEqualTo(2);
    }

    @Test
    void keepsNothingThatDoesNotHold() throws Exception {
        RemoteLookup<String, Integer> lookup = lookup(key -> new Found<>(asked.incrementAndGet(), seconds(-5)));

        assertThat(lookup.get("a")).isEqualTo(1);
        assertThat(lookup.get("a")).isEqualTo(2);
    }

    @Test
    void remembersAFailureForAWhileAndThenAsksAgain() throws Exception {
        RemoteLookup<String, Integer> lookup = lookup(key -> {
            if (asked.incrementAndGet() == 1) {
                throw new RemoteException("down", null);
            }
            return new Found<>(7, seconds(60));
        });

        assertThatThrownBy(() -> lookup.get("a")).hasMessage("down");
        assertThatThrownBy(() -> lookup.get("a")).hasMessage("down");
        assertThat(asked).hasValue(1);
        clock.advance(seconds(2));
        assertThat(lookup.get("a")).isEqualTo(7);
    }

    @Test
    void asksOnceForManyThreads() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        RemoteLookup<String, Integer> lookup = lookup(key -> {
            started.countDown();
            await(answer);
            return new Found<>(asked.incrementAndGet(), seconds(60));
        });
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            answers.add(threads.submit(() -> lookup.get("a")));
            await(started);
            for (int i = 0; i < 7; i++) {
                answers.add(threads.submit(() -> lookup.get("a")));
            }
            answer.countDown();

            for (Future<Integer> each : answers) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            }
            assertThat(asked).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void doesNotWaitForeverForAnotherThread() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        RemoteLookup<String, Integer> lookup =
                new RemoteLookup<>(clock, 10, seconds(2), Duration.ofMillis(100), key -> {
                    started.countDown();
                    await(never);
                    return new Found<>(1, seconds(60));
                });
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> slow = threads.submit(() -> lookup.get("a"));
            await(started);

            assertThatThrownBy(() -> lookup.get("a")).isInstanceOf(RemoteException.class);
            never.countDown();
            assertThat(slow.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void letsADefectPassAndAsksAgain() throws Exception {
        RemoteLookup<String, Integer> lookup = lookup(key -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("defect");
            }
            return new Found<>(asked.get(), seconds(60));
        });

        assertThatThrownBy(() -> lookup.get("a")).hasMessage("defect");
        assertThat(lookup.get("a")).isEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private RemoteLookup<String, Integer> lookup(Loader<String, Integer> loader) {
        return new RemoteLookup<>(clock, 10, seconds(2), seconds(30), loader);
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}

package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.corewebhook.signature.credentials.NonceMemory.Verdict;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;

class NonceMemoryTest {

    private final TestClock clock = new TestClock();

    @Test
    void knowsAUsedValueUntilItIsWorthless() {
        NonceMemory memory = NonceMemory.expiring(clock, 10);
        Instant until = clock.instant().plusSeconds(60);

        assertThat(memory.use("a", until)).isEqualTo(Verdict.FIRST);
        assertThat(memory.use("b", until)).isEqualTo(Verdict.FIRST);
        clock.advance(Duration.ofSeconds(59));
        assertThat(memory.use("a", until)).isEqualTo(Verdict.USED);
    }

    @Test
    void refusesNewValuesRatherThanForgetOldOnes() {
        NonceMemory memory = NonceMemory.expiring(clock, 2);
        Instant until = clock.instant().plusSeconds(60);
        memory.use("a", until);
        memory.use("b", until);

        assertThat(memory.use("c", until)).isEqualTo(Verdict.FULL);
        clock.advance(Duration.ofSeconds(61));
        assertThat(memory.use("c", clock.instant().plusSeconds(60))).isEqualTo(Verdict.FIRST);
    }

    @Test
    void forgetsTheOldestOfThoseThatNeverBecomeWorthless() {
        NonceMemory memory = NonceMemory.latest(2);
        memory.use("a", Instant.MAX);
        memory.use("b", Instant.MAX);
        memory.use("c", Instant.MAX);

        assertThat(memory.use("c", Instant.MAX)).isEqualTo(Verdict.USED);
        assertThat(memory.use("b", Instant.MAX)).isEqualTo(Verdict.USED);
        assertThat(memory.use("a", Instant.MAX)).isEqualTo(Verdict.FIRST);
    }

    @Test
    void letsOneOfManyThreadsBeTheFirst() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (NonceMemory memory : List.of(NonceMemory.expiring(clock, 1000), NonceMemory.latest(1000))) {
                Callable<Verdict> use = () -> memory.use("a", clock.instant().plusSeconds(60));
                List<Future<Verdict>> verdicts =
                        threads.invokeAll(Stream.generate(() -> use).limit(64).toList());
                int first = 0;
                for (Future<Verdict> verdict : verdicts) {
                    first += verdict.get() == Verdict.FIRST ? 1 : 0;
                }
                assertThat(first).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}

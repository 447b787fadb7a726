package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswersInTurnTest {

    private static final int SENDERS = 4;
    private static final int ANSWERS = 20_000;

    private final RequestThreads threads = new RequestThreads(16);
    private final AnswersInTurn answers = new AnswersInTurn(threads);
    private final LinkedBlockingQueue<String> given = new LinkedBlockingQueue<>();

    @AfterEach
    void endThreads() {
        threads.close();
    }

    @Test
    void givesEveryAnswerOnceHoweverManyBringThem() throws Exception {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(SENDERS * ANSWERS);
        AtomicInteger twice = new AtomicInteger();
        List<Thread> senders = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            int first = sender * ANSWERS;
            senders.add(new Thread(() -> {
                for (int i = first; i < first + ANSWERS; i++) {
                    int number = i;
                    answers.execute(() -> {
                        twice.addAndGet(seen.add(number) ? 0 : 1);
                        all.countDown();
                    });
                }
            }));
        }
        senders.forEach(Thread::start);

        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(twice).hasValue(0);
    }

    @Test
    void anAnswerThatIsHeldUpDoesNotHoldUpTheOthers() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        answers.execute(() -> await(held));
        answers.execute(() -> await(held));
        answers.execute(() -> given.add("third"));

        assertThat(given.poll(10, TimeUnit.SECONDS)).isEqualTo("third");
        held.countDown();
    }

    @Test
    void anAnswerThatCannotBeGivenIsTheOnlyOne() throws Exception {
        answers.execute(() -> {
            throw new IllegalStateException("the sender has gone");
        });
        answers.execute(() -> given.add("second"));

        assertThat(given.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    }

    @Test
    void theContainersWorkForAnAnswerIsDoneAtOnce() throws Exception {
        answers.execute(() -> {
            threads.execute(() -> given.add(Thread.currentThread().getName()));
            given.add("then " + Thread.currentThread().getName());
        });

        String worker = given.poll(10, TimeUnit.SECONDS);
        assertThat(worker).startsWith("webhook-request-");
        assertThat(given.poll(10, TimeUnit.SECONDS)).isEqualTo("then " + worker);
    }

    @Test
    void aThreadThatBeginsToServeARequestLeavesTheOtherAnswersToAnother() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        answers.execute(() -> {
            await(second);
            AnswersInTurn.handOver();
            threads.execute(() -> given.add("work of the request"));
            await(held);
        });
        answers.execute(() -> given.add("second"));
        second.countDown();

        assertThat(List.of(take(), take())).containsExactlyInAnyOrder("work of the request", "second");
        held.countDown();
    }

    private String take() throws InterruptedException {
        String next = given.poll(10, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

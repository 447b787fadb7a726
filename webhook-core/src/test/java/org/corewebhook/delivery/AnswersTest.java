package org.corewebhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswersTest {

    @Test
    void givesAnswersInOrderOnAThreadOfItsOwn() {
        Answers answers = new Answers(null);
        List<String> given = new ArrayList<>();
        answers.give(() -> given.add("first on " + Thread.currentThread().getName()));
        answers.give(() -> given.add("second on " + Thread.currentThread().getName()));
        answers.close();

        assertThat(given).containsExactly("first on webhook-answers", "second on webhook-answers");
    }

    @Test
    void givesAnswersOnTheThreadsItIsTold() throws Exception {
        AtomicReference<Thread> one = new AtomicReference<>();
        ExecutorService threads = Executors.newSingleThreadExecutor(work -> {
            one.set(new Thread(work));
            return one.get();
        });
        AtomicReference<Thread> answering = new AtomicReference<>();
        Answers answers = new Answers(threads);
        answers.give(() -> answering.set(Thread.currentThread()));
        answers.close();

        assertThat(answering).hasValue(one.get());
        assertThat(threads.isShutdown()).isFalse();
        threads.shutdown();
    }

    @Test
    void closingWaitsForTheAnswersThatOthersGive() {
        List<Runnable> given = new ArrayList<>();
        Answers answers = new Answers(given::add);
        AtomicInteger count = new AtomicInteger();
        answers.give(count::incrementAndGet);
        answers.give(count::incrementAndGet);
        Thread late = new Thread(() -> given.forEach(Runnable::run));
        late.start();
        answers.close();

        assertThat(count).hasValue(2);
    }

    @Test
    void anAnswerThatComesAfterTheEndOfTheThreadsIsGivenAllTheSame() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        CountDownLatch given = new CountDownLatch(1);
        new Answers(threads).give(given::countDown);

        assertThat(given.getCount()).isZero();
    }
}

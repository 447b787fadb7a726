package org.corewebhook.testkit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The threads that were alive at one moment, to find those that came later and stayed. */
final class LiveThreads {

    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private final Set<Thread> before;

    private LiveThreads(Set<Thread> before) {
        this.before = before;
    }

    static LiveThreads now() {
        return new LiveThreads(new HashSet<>(alive()));
    }

    /** Returns the names of threads that started later and are still alive after so long. */
    List<String> leftBehind(Predicate<Thread> ignored, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<String> left = newcomers(ignored);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
            left = newcomers(ignored);
        }
        return left;
    }

    private List<String> newcomers(Predicate<Thread> ignored) {
        return alive().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> !startedByTheJdk(thread))
                .filter(thread -> !ignored.test(thread))
                .map(Thread::getName)
                .toList();
    }

    private static Set<Thread> alive() {
        return Thread.getAllStackTraces().keySet();
    }

    /** Threads that the JDK starts once and shares between all who need them. */
    private static boolean startedByTheJdk(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        String name = thread.getName();
        return group == null
                || group.getName().equals("system")
                || group.getName().equals("InnocuousThreadGroup")
                || name.startsWith("ForkJoinPool.commonPool-");
    }
}

package org.corewebhook.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that share a PostgreSQL database: some die, the others deliver everything that was accepted. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TakeOverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String LEASE = "&lease=6s";

    private final PostgresServer server = PostgresServer.shared();
    private final String schema = PostgresServer.newSchema();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @TempDir
    Path folder;

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void aReceiverThatIsKilledLosesNothingAndStrictLanesKeepTheirOrder() throws Exception {
        Path before = Files.createFile(folder.resolve("arrivals"));
        Process doomed = launch(before);
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        List<String> after = Collections.synchronizedList(new ArrayList<>());
        try (BufferedReader output = doomed.inputReader(UTF_8)) {
            read(output, accepted, 50);
            start(server.location(schema), after);
            read(output, accepted, 400);
            doomed.toHandle().destroyForcibly(); // the process would close its output too
            read(output, accepted, Integer.MAX_VALUE);
        }
        long killed = System.nanoTime();
        assertThat(doomed.waitFor()).isNotZero();
        await(() -> !after.isEmpty());
        // the lease is 6 s, the rest is for a busy machine
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(45));

        List<String> all = new ArrayList<>(Files.readAllLines(before, UTF_8));
        int delivered = all.size();
        await(() ->
                after.size() + delivered >= accepted.size() && union(all, after).containsAll(accepted));
        all.addAll(after);
        assertThat(after).as("was there anything to take over").isNotEmpty();
        assertInOrder(all);
    }

    @Test
    void eightReceiversDeliverEachEventOneAtATimeWhileThreeOfThemAreLost() throws Exception {
        Set<String> atWork = ConcurrentHashMap.newKeySet();
        AtomicInteger twoAtOnce = new AtomicInteger();
        List<String> arrivals = Collections.synchronizedList(new ArrayList<>());
        List<CutOffProxy> proxies = new ArrayList<>();
        List<WebhookProcessor> receivers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CutOffProxy proxy = remember(new CutOffProxy(server.host(), server.port()));
            proxies.add(proxy);
            receivers.add(remember(
                    DoomedReceiver.processor(server.location(schema, proxy.hostAndPort()) + LEASE, body -> {
                        if (!atWork.add(body)) {
                            twoAtOnce.incrementAndGet();
                        }
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                        arrivals.add(body);
                        atWork.remove(body);
                    })));
        }

        Set<String> accepted = ConcurrentHashMap.newKeySet();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int sender = i;
            senders.add(new Thread(() -> {
                for (int n = 0; n < 60; n++) {
                    send(receivers, sender, n, accepted);
                    if (n == 30 && sender < 3) {
                        proxies.get(sender).cut();
                    }
                }
            }));
        }
        senders.forEach(Thread::start);
        for (Thread sender : senders) {
            sender.join();
        }

        assertThat(accepted).hasSize(8 * 60 * 2);
        await(() -> new HashSet<>(List.copyOf(arrivals)).containsAll(accepted));
        assertThat(twoAtOnce).hasValue(0);
        assertInOrder(List.copyOf(arrivals));
    }

    /** Who gets no 200 tries the next receiver, as senders behind a load balancer do. */
    private static void send(List<WebhookProcessor> receivers, int sender, int n, Set<String> accepted) {
        for (String endpoint : List.of("relaxed", "strict")) {
            String body = "{\"event\":\"" + endpoint + " sender-" + sender + " " + n + "\"}";
            int receiver = sender;
            while (DoomedReceiver.post(receivers.get(receiver % 8), endpoint, body) != 200) {
                receiver++;
            }
            accepted.add(body);
        }
    }

    private Process launch(Path arrivals) throws Exception {
        Process process = new ProcessBuilder(
                        TestPrograms.java().toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedReceiver.class.getName(),
                        server.location(schema) + LEASE,
                        arrivals.toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        opened.push(process::destroyForcibly);
        return process;
    }

    private void start(String location, List<String> arrivals) {
        remember(DoomedReceiver.processor(location + LEASE, arrivals::add));
    }

    private <T extends AutoCloseable> T remember(T closeable) {
        opened.push(closeable);
        return closeable;
    }

    private static void read(BufferedReader output, Set<String> accepted, int count) throws Exception {
        String line = "";
        while (accepted.size() < count && line != null) {
            line = output.readLine();
            if (line != null && line.endsWith("}")) {
                accepted.add(line);
            }
        }
    }

    private static Set<String> union(List<String> some, List<String> others) {
        Set<String> all = new HashSet<>(some);
        synchronized (others) {
            all.addAll(others);
        }
        return all;
    }

    /** What one sender has sent one after the other to the strict endpoint first arrives in that order. */
    private static void assertInOrder(List<String> arrivals) {
        Map<String, List<Integer>> perSender = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (String body : arrivals) {
            String[] words =
                    body.replaceAll("[{}\":]", "").replace("event", "").strip().split(" ", -1);
            if (words[0].equals("strict") && seen.add(body)) {
                perSender.computeIfAbsent(words[1], sender -> new ArrayList<>()).add(Integer.valueOf(words[2]));
            }
        }
        assertThat(perSender).isNotEmpty();
        perSender.forEach((sender, numbers) -> assertThat(numbers).as(sender).isSorted());
    }

    /** A condition that may fail. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}

package org.corewebhook.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.util.Throwables;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Problem;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every output module must do; extend it in the module's tests and answer for a real destination.
 *
 * <p>JUnit makes a new instance for each test, so a subclass starts its destination, or makes a new queue, table or
 * folder in it, in a {@code @BeforeEach} method. Modules and connections that the hooks give away are closed here. Not
 * thread-safe; {@link #received()} is the only hook that is asked more than once in a test.
 */
public abstract class OutputModuleContract {

    /** Put this wherever a setting may be a secret (password, token, URL with one): it must never be seen again. */
    protected static final String SECRET = "s3cret-marker-5f1d";

    private static final Duration SETTLING = Duration.ofMillis(100);
    private static final int THREADS = 8;
    private static final int EVENTS_PER_THREAD = 25;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Returns the provider under test. */
    protected abstract OutputModuleProvider provider();

    /** Returns the {@code module-config} for a destination that works and has received nothing yet. */
    protected abstract Map<String, ?> workingSettings() throws Exception;

    /** Returns every body that the destination has received in this test, in order, duplicates included. */
    protected abstract List<byte[]> received() throws Exception;

    /**
     * Returns the {@code module-config} for a destination where nobody answers, with {@link #SECRET} wherever a secret
     * may stand and with short timeouts.
     */
    protected abstract Map<String, ?> unreachableSettings() throws Exception;

    /** Returns how to get an event refused for good, or the reason why that cannot happen. */
    protected abstract Refusal refusal() throws Exception;

    /** Returns a {@code module-config} with as many mistakes as possible and {@link #SECRET} in their values. */
    protected abstract Map<String, ?> badSettings();

    /** Returns how many problems {@link #badSettings()} has. */
    protected abstract int expectedProblems();

    /** Returns the keys that stand beside {@code module-config} in {@code webhooks.json}; by default none. */
    protected Map<String, ?> endpointSettings() {
        return Map.of();
    }

    /** Returns a new connection to the destination that works; null, the default, for modules that need none. */
    protected @Nullable SharedConnection connection() throws Exception {
        return null;
    }

    /** Returns a new connection for {@link #unreachableSettings()}, with {@link #SECRET} as its password. */
    protected @Nullable SharedConnection unreachableConnection() throws Exception {
        return connection();
    }

    /** Returns the largest body that the destination takes; by default 10 MiB, as the receiver does. */
    protected int maxBodyBytes() {
        return 10 << 20;
    }

    /** Returns why {@link #received()} cannot tell the order, printed by the contract; null, the default, if it can. */
    protected @Nullable String orderIsNotObservable() {
        return null;
    }

    /** Returns how long to wait for what must come soon, bodies to show up or threads to end; by default 20 s. */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }

    /** Returns how much longer than its timeout a call may take, as on a busy machine it does; by default 10 s. */
    protected Duration grace() {
        return Duration.ofSeconds(10);
    }

    /** Tells whether a thread serves the test's own destination; by default none does. */
    protected boolean belongsToTheTest(Thread thread) {
        return false;
    }

    @AfterEach
    final void closeWhatWasOpened() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    @DisplayName("ServiceLoader finds the module by its name")
    final void isFoundByItsName() {
        assertThat(ServiceLoader.load(OutputModuleProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(found -> found.name().equals(provider().name())))
                .singleElement()
                .isInstanceOf(provider().getClass());
    }

    @Test
    @DisplayName("The destination gets the bytes as they came in, whatever they are")
    final void deliversTheBytesUnchanged() throws Exception {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        byte[] zeros = new byte[64];
        byte[] invalidUtf8 = {(byte) 0xc0, (byte) 0x80, (byte) 0xed, (byte) 0xa0, (byte) 0x80, (byte) 0xff, '\n', '\r'};
        byte[] json = "\uFEFF { \"b\" : 1.0,\t\"a\":\"\\u00e9 \u00e9 \u6f22\", \"b\":2 }\r\n ".getBytes(UTF_8);

        assertDelivered(List.of(everyByte, zeros, invalidUtf8, json));
    }

    @Test
    @DisplayName("An empty body arrives as an empty body")
    final void deliversAnEmptyBody() throws Exception {
        assertDelivered(List.of(new byte[0]));
    }

    @Test
    @DisplayName("The largest body arrives whole")
    final void deliversTheLargestBody() throws Exception {
        byte[] largest = new byte[maxBodyBytes()];
        new Random(1).nextBytes(largest);

        assertDelivered(List.of(largest));
    }

    @Test
    @DisplayName("Events of a batch arrive in their order")
    final void keepsTheOrderWithinABatch() throws Exception {
        OutputModule module = openWorking();
        List<WebhookEvent> events = Events.numbered(50);

        deliverInBatches(module, events);

        String notObservable = orderIsNotObservable();
        if (notObservable == null) {
            assertThat(texts(receivedAtLeast(events.size()))).containsExactlyElementsOf(texts(bodies(events)));
        } else {
            sayNotApplicable("order", notObservable);
            assertThat(texts(receivedAtLeast(events.size())))
                    .containsExactlyInAnyOrderElementsOf(texts(bodies(events)));
        }
    }

    @Test
    @DisplayName("Every event arrives exactly once when many threads deliver at once")
    final void deliversExactlyOnceWhenManyThreadsDeliver() throws Exception {
        SharedConnection connection = keep(connection());
        Map<String, ?> settings = workingSettings();
        OutputModule shared = open(settings, connection);
        int perModule = Math.min(THREADS, shared.concurrency());
        List<OutputModule> modules = new ArrayList<>(List.of(shared));
        while (modules.size() * perModule < THREADS) {
            modules.add(open(settings, connection));
        }
        List<WebhookEvent> events = Events.numbered(modules.size() * perModule * EVENTS_PER_THREAD);

        deliverAtOnce(modules, perModule, events);

        assertThat(texts(receivedAtLeast(events.size()))).containsExactlyInAnyOrderElementsOf(texts(bodies(events)));
    }

    @Test
    @DisplayName("A batch has one outcome for each event, delivered or not")
    final void returnsOneOutcomeForEachEvent() throws Exception {
        OutputModule working = openWorking();
        deliverInBatches(working, Events.numbered(Math.min(20, working.maxBatch())));

        OutputModule unreachable = openUnreachable();
        List<WebhookEvent> events = Events.numbered(Math.min(3, unreachable.maxBatch()));
        List<DeliveryOutcome> outcomes = unreachable.deliverAll(events);

        assertThat(outcomes)
                .hasSameSizeAs(events)
                .allSatisfy(outcome -> assertThat(outcome.failure())
                        .isNotNull()
                        .satisfies(failure -> assertThat(failure.isRetryable()).isTrue()));
    }

    @Test
    @DisplayName("A destination that cannot be reached is a failure that may pass, reported within the timeout")
    final void failsRetryablyAndInTimeWhenTheDestinationIsUnreachable() throws Exception {
        OutputModule module = openUnreachable();

        long start = System.nanoTime();
        DeliveryException failure = failureOf(module);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(failure.isRetryable()).isTrue();
        assertThat(took).isLessThan(module.timeout().plus(grace()));
    }

    @Test
    @DisplayName("What the destination refuses for good is a permanent failure")
    final void failsPermanentlyWhenTheDestinationRefuses() throws Exception {
        Refusal refusal = refusal();
        String notApplicable = refusal.notApplicable();
        if (notApplicable != null) {
            assertThat(notApplicable).isNotBlank();
            sayNotApplicable("refused for good", notApplicable);
            return;
        }
        Map<String, ?> settings = Objects.requireNonNull(refusal.settings(), "settings of the refusal");

        DeliveryException failure = failureOf(open(settings, keep(refusal.connection())));

        assertThat(failure.isRetryable()).isFalse();
        assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET);
    }

    @Test
    @DisplayName("A module may be closed twice, used or not")
    final void mayBeClosedTwice() throws Exception {
        OutputModule used = openWorking();
        used.deliver(Events.event("{}"));
        used.close();
        used.close();

        OutputModule unused = openUnreachable();
        unused.close();
        unused.close();

        assertThat(texts(receivedAtLeast(1))).containsExactly("{}");
    }

    @Test
    @DisplayName("No thread of a module outlives it and its connection")
    final void leavesNoThreadBehind() throws Exception {
        Map<String, ?> settings = workingSettings();
        LiveThreads before = LiveThreads.now();
        SharedConnection connection = keep(connection());
        OutputModule module = open(settings, connection);
        deliverInBatches(module, Events.numbered(3));

        module.close();
        if (connection != null) {
            connection.close();
        }

        assertThat(before.leftBehind(this::belongsToTheTest, patience())).isEmpty();
    }

    @Test
    @DisplayName("All mistakes in the settings are reported together, without any value that may be secret")
    final void reportsAllBadSettingsTogether() throws Exception {
        Settings settings = moduleSettings(badSettings());

        keep(provider().create(settings, keep(connection())));

        assertThat(errors(settings)).hasSize(expectedProblems());
        assertThat(settings.problems().toString()).doesNotContain(SECRET);
    }

    @Test
    @DisplayName("No secret is in a failure, a log or toString")
    final void keepsSecretsToItself() throws Exception {
        Settings settings = moduleSettings(unreachableSettings());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream capture = new PrintStream(printed, true, UTF_8);
        List<String> said = new ArrayList<>();
        System.setOut(capture);
        System.setErr(capture);
        try {
            OutputModule module = keep(provider().create(settings, keep(unreachableConnection())));
            said.add(Throwables.getStackTrace(failureOf(module)));
            said.add(module.toString());
            module.close();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        said.add(settings + " " + settings.problems());
        said.add(printed.toString(UTF_8));

        assertThat(said).allSatisfy(text -> assertThat(text).doesNotContain(SECRET));
    }

    private OutputModule openWorking() throws Exception {
        return open(workingSettings(), keep(connection()));
    }

    private OutputModule openUnreachable() throws Exception {
        return open(unreachableSettings(), keep(unreachableConnection()));
    }

    private OutputModule open(Map<String, ?> moduleConfig, @Nullable SharedConnection connection) {
        Settings settings = moduleSettings(moduleConfig);
        OutputModule module = keep(provider().create(settings, connection));
        assertThat(errors(settings)).isEmpty();
        return module;
    }

    private Settings moduleSettings(Map<String, ?> moduleConfig) {
        Map<String, Object> endpoint = new LinkedHashMap<>(endpointSettings());
        endpoint.put("module", provider().name());
        endpoint.put("module-config", moduleConfig);
        return Settings.of(endpoint).object("module-config");
    }

    private OutputModule keep(OutputModule module) {
        opened.push(module);
        return module;
    }

    private @Nullable SharedConnection keep(@Nullable SharedConnection connection) {
        if (connection != null) {
            opened.push(connection);
        }
        return connection;
    }

    private void assertDelivered(List<byte[]> bodies) throws Exception {
        OutputModule module = openWorking();
        for (byte[] body : bodies) {
            module.deliver(Events.event(body));
        }
        List<byte[]> received = receivedAtLeast(bodies.size());
        assertThat(received).hasSameSizeAs(bodies);
        for (byte[] body : bodies) {
            assertThat(received)
                    .as("the %s bytes that were sent, among bodies of %s bytes", body.length, lengths(received))
                    .anyMatch(candidate -> Arrays.equals(candidate, body));
        }
    }

    private static void deliverInBatches(OutputModule module, List<WebhookEvent> events) {
        for (int from = 0; from < events.size(); from += module.maxBatch()) {
            List<WebhookEvent> batch = events.subList(from, Math.min(events.size(), from + module.maxBatch()));
            assertThat(module.deliverAll(batch))
                    .hasSameSizeAs(batch)
                    .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
        }
    }

    private void deliverAtOnce(List<OutputModule> modules, int threadsEach, List<WebhookEvent> events)
            throws Exception {
        int threads = modules.size() * threadsEach;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                OutputModule module = modules.get(thread / threadsEach);
                List<WebhookEvent> share = events.subList(thread * EVENTS_PER_THREAD, (thread + 1) * EVENTS_PER_THREAD);
                Callable<?> call = () -> {
                    start.await(60, TimeUnit.SECONDS);
                    deliverInBatches(module, share);
                    return null;
                };
                calls.add(executor.submit(call));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static DeliveryException failureOf(OutputModule module) {
        DeliveryException failure =
                catchThrowableOfType(DeliveryException.class, () -> module.deliver(Events.event("{}")));
        assertThat(failure).as("a failure of the delivery").isNotNull();
        return failure;
    }

    /** Waits for what a consumer has yet to fetch, and a little longer for what should not come at all. */
    private List<byte[]> receivedAtLeast(int count) throws Exception {
        long deadline = System.nanoTime() + patience().toNanos();
        while (received().size() < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(SETTLING.toNanos() / 10);
        }
        LockSupport.parkNanos(SETTLING.toNanos());
        return received();
    }

    private static List<Problem> errors(Settings settings) {
        return settings.problems().stream()
                .filter(problem -> problem.severity() != Problem.Severity.WARNING)
                .toList();
    }

    private static List<byte[]> bodies(List<WebhookEvent> events) {
        return events.stream().map(WebhookEvent::body).toList();
    }

    private static List<String> texts(List<byte[]> bodies) {
        return bodies.stream().map(body -> new String(body, UTF_8)).toList();
    }

    private static List<Integer> lengths(List<byte[]> bodies) {
        return bodies.stream().map(body -> body.length).toList();
    }

    private void sayNotApplicable(String what, String reason) {
        System.out.println(provider().name() + ": \"" + what + "\" does not apply: " + reason);
    }
}

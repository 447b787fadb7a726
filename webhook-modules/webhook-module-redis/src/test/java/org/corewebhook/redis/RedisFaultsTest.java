package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.util.Throwables;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real server does when something is wrong with it, and what the outputs make of that. */
class RedisFaultsTest {

    private static final String SECRET = "s3cret-marker-77aa";

    private final RedisServer server = RedisServer.start("--save", "");

    @TempDir
    Path folder;

    @AfterEach
    void stopTheServer() {
        server.resume();
        server.close();
    }

    @Test
    void serverThatSaysNothingFailsRetryablyInTimeEvenWhenItReadsNothing() throws Exception {
        try (SharedConnection connection = server.connection("timeout", "3s");
                OutputModule module = list(connection)) {
            module.deliver(Events.event("{}"));
            server.stop();

            long start = System.nanoTime();
            DeliveryException small = failureOf(module, new byte[10]);
            DeliveryException large = failureOf(module, new byte[10 << 20]);
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(List.of(small, large)).allMatch(DeliveryException::isRetryable);
            assertThat(small).hasMessageContaining("did not answer within 3000 ms");
            assertThat(took).isLessThan(Duration.ofSeconds(20));
            server.resume();
            assertDeliversAgain(module);
        }
    }

    @Test
    void closeEndsACallThatIsRunning() throws Exception {
        SharedConnection connection = server.connection("timeout", "10m");
        OutputModule module = list(connection);
        module.deliver(Events.event("{}"));
        server.stop();
        CompletableFuture<DeliveryException> call =
                CompletableFuture.supplyAsync(() -> failureOf(module, new byte[10 << 20]));

        module.close();

        assertThat(call.get(30, TimeUnit.SECONDS).isRetryable()).isTrue();
        connection.close();
        assertThat(failureOf(module, new byte[1]).isRetryable()).isTrue();
    }

    @Test
    void connectionThatTheServerClosedWhileItRestedIsReplaced() throws Exception {
        try (SharedConnection connection = server.connection();
                OutputModule module = list(connection)) {
            module.deliver(Events.event("{}"));
            server.cli("CLIENT", "KILL", "TYPE", "normal");

            List<DeliveryOutcome> first = module.deliverAll(Events.numbered(1));
            List<DeliveryOutcome> second = module.deliverAll(Events.numbered(1));

            // Within its first second at rest a connection is trusted, and what breaks then is told, not sent twice.
            assertThat(first)
                    .allSatisfy(outcome -> assertThat(outcome.failure() == null
                                    || outcome.failure().isRetryable())
                            .isTrue());
            assertThat(second)
                    .allSatisfy(outcome -> assertThat(outcome.failure()).isNull());
        }
    }

    @Test
    void whatTheOperatorCanRepairIsRetriedAndDeliveredAfterwards() throws Exception {
        try (SharedConnection connection = server.connection();
                OutputModule module = list(connection)) {
            server.cli("CONFIG", "SET", "maxmemory", "1");
            assertRetryable(module, "OOM");
            server.cli("CONFIG", "SET", "maxmemory", "0");
            module.deliver(Events.event("{}"));

            server.cli("REPLICAOF", "127.0.0.1", "1");
            assertRetryable(module, "READONLY");
            server.cli("REPLICAOF", "NO", "ONE");
            module.deliver(Events.event("{}"));

            server.cli("CONFIG", "SET", "min-replicas-to-write", "1");
            assertRetryable(module, "NOREPLICAS");
            server.cli("CONFIG", "SET", "min-replicas-to-write", "0");
            module.deliver(Events.event("{}"));

            server.cli("ACL", "SETUSER", "default", "-rpush");
            assertRetryable(module, "NOPERM");
            server.cli("ACL", "SETUSER", "default", "+rpush");
            module.deliver(Events.event("{}"));
        }
        assertThat(server.cli("LLEN", "l")).isEqualTo("4");
    }

    @Test
    void jobThatCannotBeWrittenAsAWholeIsNotWrittenAtAll() throws Exception {
        server.cli("ACL", "SETUSER", "default", "-sadd");
        Settings settings = Settings.of(Map.of("function", "tasks.handle"));

        try (SharedConnection connection = server.connection();
                OutputModule module = new RedisRqProvider().create(settings, connection)) {
            assertRetryable(module, "NOPERM");
        }

        assertThat(server.cli("DBSIZE")).isEqualTo("0");
    }

    @Test
    void loginThatIsMissingOrWrongIsRetriedWithoutASecretInTheMessage() throws Exception {
        server.cli("CONFIG", "SET", "requirepass", "right-" + SECRET);

        try (SharedConnection none = server.connection();
                SharedConnection wrong = server.connection("password", "wrong-" + SECRET);
                SharedConnection right = server.connection("user", "default", "password", "right-" + SECRET);
                OutputModule module = list(right)) {
            assertRetryable(list(none), "NOAUTH");
            assertRetryable(list(wrong), "WRONGPASS");
            module.deliver(Events.event("{}"));
        }
    }

    @Test
    void eventThatIsRefusedForGoodDoesNotHoldUpTheOthersOfItsBatch() throws Exception {
        EventCommands commands = event -> {
            String key = new String(event.body(), UTF_8);
            return List.of(new redis.clients.jedis.CommandArguments(redis.clients.jedis.Protocol.Command.RPUSH)
                    .add(key)
                    .add(event.body()));
        };
        server.cli("SET", "text", "1");

        try (SharedConnection connection = server.connection();
                OutputModule module = RedisOutput.over(connection, "test", commands)) {
            List<DeliveryOutcome> outcomes =
                    module.deliverAll(List.of(Events.event("a"), Events.event("text"), Events.event("b")));

            assertThat(outcomes.get(0).failure()).isNull();
            assertThat(outcomes.get(1).failure()).isNotNull().hasMessageContaining("WRONGTYPE");
            assertThat(outcomes.get(2).failure()).isNull();
        }
        assertThat(server.cli("LLEN", "b")).isEqualTo("1");
    }

    @Test
    void masterIsFoundThroughTheSentinelThatAnswers() throws Exception {
        int port = TestPrograms.freePort();
        Path file = folder.resolve("sentinel.conf");
        Files.writeString(file, "sentinel monitor orders " + server.host + " " + server.port + " 1\n");
        List<String> command = List.of(
                TestPrograms.find("redis-server", "apt-get install -y redis-server")
                        .toString(),
                file.toString(),
                "--sentinel",
                "--port",
                "" + port,
                "--bind",
                "127.0.0.1");
        try (ServerProcess sentinel = ServerProcess.start("redis-sentinel", command, Map.of(), folder, () -> {
                    try (var jedis = new redis.clients.jedis.Jedis("127.0.0.1", port)) {
                        return jedis.ping().equals("PONG");
                    }
                });
                SharedConnection connection = RedisServer.connectionWith(Map.of(
                        "sentinels",
                        List.of("127.0.0.1:1", "127.0.0.1:" + port),
                        "master",
                        "orders",
                        "timeout",
                        "1m"));
                SharedConnection unknown = RedisServer.connectionWith(
                        Map.of("sentinels", List.of("127.0.0.1:" + port), "master", "others", "timeout", "1m"));
                OutputModule module = list(connection)) {
            module.deliver(Events.event("{}"));

            assertThat(failureOf(list(unknown), new byte[1]))
                    .hasMessageContaining("None of the sentinels knows others")
                    .matches(failure -> failure.isRetryable());
            assertThat(sentinel.isAlive()).isTrue();
        }
        assertThat(server.cli("LLEN", "l")).isEqualTo("1");
    }

    @Test
    void addressOfAMetadataServiceIsNeverConnectedTo() {
        try (SharedConnection connection = RedisServer.connectionWith(Map.of("host", "169.254.169.254"))) {
            DeliveryException failure = failureOf(list(connection), new byte[1]);

            assertThat(failure.isRetryable()).isTrue();
            assertThat(Throwables.getStackTrace(failure)).contains("cloud metadata");
        }
    }

    private static OutputModule list(SharedConnection connection) {
        return new RedisListProvider().create(Settings.of(Map.of("list", "l")), connection);
    }

    private static void assertRetryable(OutputModule module, String code) {
        DeliveryException failure = failureOf(module, new byte[10]);
        assertThat(failure).hasMessageContaining(code);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET);
    }

    /** On a busy machine a server that goes on again may need longer than one call takes. */
    private static void assertDeliversAgain(OutputModule module) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        DeliveryException failure = failureOf(module, new byte[2]);
        while (failure != null && System.nanoTime() < deadline) {
            failure = failureOf(module, new byte[2]);
        }
        assertThat(failure).isNull();
    }

    private static DeliveryException failureOf(OutputModule module, byte[] body) {
        return catchThrowableOfType(DeliveryException.class, () -> module.deliver(Events.event(body)));
    }
}

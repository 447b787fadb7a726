package org.corewebhook.rabbitmq;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import org.jspecify.annotations.Nullable;

/** A real RabbitMQ broker for tests, on free ports of 127.0.0.1, and an independent look at what it holds. */
final class RabbitServer implements AutoCloseable {

    static final int MAX_MESSAGE_BYTES = 12 << 20;

    private static final String INSTALL = "apt-get install -y rabbitmq-server amqp-tools";
    private static final Path BIN = Path.of("/usr/lib/rabbitmq/bin");

    private static @Nullable RabbitServer shared;

    private final String host;
    private final int port;
    private final Map<String, String> environment;
    private final @Nullable ServerProcess process;
    private volatile List<ProcessHandle> machines;

    private RabbitServer(String host, int port, Map<String, String> environment, @Nullable ServerProcess process) {
        this.host = host;
        this.port = port;
        this.environment = environment;
        this.process = process;
        this.machines = machinesOf(process);
    }

    /**
     * Returns the virtual machine and its helpers: descendants of the wrapper's script, ours whatever their names. They
     * are noted while the script runs, because without it nobody knows whose they are.
     */
    private static List<ProcessHandle> machinesOf(@Nullable ServerProcess process) {
        return process == null
                ? List.of()
                : ProcessHandle.of(process.pid()).stream()
                        .flatMap(ProcessHandle::descendants)
                        .toList();
    }

    /** Returns the broker that all tests of this JVM share: TEST_RABBITMQ=host:port, or else one of our own. */
    static synchronized RabbitServer shared() {
        RabbitServer running = shared;
        if (running == null) {
            String address = TestPrograms.addressFrom("TEST_RABBITMQ");
            if (address == null) {
                running = start();
                Runtime.getRuntime().addShutdownHook(new Thread(running::close, "end-shared-rabbitmq"));
            } else {
                int colon = address.lastIndexOf(':');
                int port = Integer.parseInt(address.substring(colon + 1));
                running = new RabbitServer(address.substring(0, colon), port, Map.of(), null);
            }
            shared = running;
        }
        return running;
    }

    /** Starts a broker of its own, for a test that takes it away. */
    static RabbitServer start() {
        Path program = TestPrograms.find(BIN.resolve("rabbitmq-server").toString(), INSTALL);
        int port = TestPrograms.freePort();
        try {
            Path folder = Files.createTempDirectory("rabbitmq-test");
            Files.writeString(folder.resolve("rabbitmq.conf"), """
                    listeners.tcp.1 = 127.0.0.1:%d
                    vm_memory_high_watermark.absolute = 512MB
                    disk_free_limit.absolute = 50MB
                    max_message_size = %d
                    """.formatted(port, MAX_MESSAGE_BYTES));
            Map<String, String> environment = environment(folder, port);
            ServerProcess process = ServerProcess.start(
                    "rabbitmq", List.of(program.toString()), environment, folder, () -> answers("127.0.0.1", port));
            return new RabbitServer("127.0.0.1", port, environment, process);
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the broker", e);
        }
    }

    private static Map<String, String> environment(Path folder, int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("RABBITMQ_NODENAME", "test" + port + "@localhost");
        environment.put("RABBITMQ_NODE_PORT", String.valueOf(port));
        environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_DIST_PORT", String.valueOf(TestPrograms.freePort()));
        environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
        environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
        environment.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                folder.resolve("enabled_plugins").toString());
        environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        environment.put("ERL_EPMD_PORT", String.valueOf(TestPrograms.freePort()));
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
        return environment;
    }

    private static boolean answers(String host, int port) throws Exception {
        try (Connection connection = factory(host, port).newConnection("readiness")) {
            return connection.isOpen();
        }
    }

    private static ConnectionFactory factory(String host, int port) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(host);
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    int port() {
        return port;
    }

    /** Kills the virtual machine of the broker (SIGKILL), as a crash would; the wrapper's script ends with it. */
    void kill() {
        machines.forEach(ProcessHandle::destroyForcibly);
        own().kill();
        for (ProcessHandle each : machines) {
            await(() -> !each.isAlive(), "the end of process " + each.pid());
        }
    }

    void restart() {
        own().restart();
        machines = machinesOf(process);
    }

    /** Stops (SIGSTOP) or continues (SIGCONT) the virtual machine: it accepts connections and says nothing. */
    void signal(String signal) throws IOException, InterruptedException {
        for (ProcessHandle each : machines) {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(each.pid()))
                    .start()
                    .waitFor();
        }
    }

    private ServerProcess own() {
        if (process == null) {
            throw new IllegalStateException("The broker is not ours: unset TEST_RABBITMQ for this test");
        }
        return process;
    }

    /** Runs rabbitmqctl on this broker. */
    void control(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(BIN.resolve("rabbitmqctl").toString(), "-q"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process control = builder.start();
        String said = new String(control.getInputStream().readAllBytes(), UTF_8);
        if (control.waitFor() != 0) {
            throw new IllegalStateException("rabbitmqctl failed: " + said);
        }
    }

    /** Returns a name that no other test uses. */
    static String newName(String prefix) {
        return prefix + "." + UUID.randomUUID();
    }

    Connection connect() throws Exception {
        return factory(host, port).newConnection("test");
    }

    /**
     * Declares a durable queue and has its declaration written to the disk. RabbitMQ 3.10.8 answers before that: when
     * it was killed in the second after it, one queue in about twenty was gone with all that it had confirmed.
     */
    void declareForGood(String queue) throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
        }
        control("eval", "dumped = mnesia:dump_log().");
    }

    /** Takes all messages that the queue holds now. */
    List<GetResponse> drain(String queue) throws Exception {
        List<GetResponse> messages = new ArrayList<>();
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            GetResponse next = channel.basicGet(queue, true);
            while (next != null) {
                messages.add(next);
                next = channel.basicGet(queue, true);
            }
        }
        return messages;
    }

    /** Takes one message with amqp-get, a client in C that shares nothing with ours. */
    byte[] amqpGet(String queue) throws Exception {
        Path program = TestPrograms.find("amqp-get", INSTALL);
        Process get = new ProcessBuilder(program.toString(), "--server=" + host, "--port=" + port, "--queue=" + queue)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        byte[] body = get.getInputStream().readAllBytes();
        if (get.waitFor() != 0) {
            throw new IllegalStateException("amqp-get failed with " + get.exitValue());
        }
        return body;
    }

    /** Returns what stands in connections.json for this broker, with changes. */
    Map<String, Object> connectionSettings(Map<String, ?> changes) {
        Map<String, Object> settings = new HashMap<>(Map.of("host", host, "port", port));
        settings.putAll(changes);
        return settings;
    }

    /** Returns a connection to it that has time to open on a busy machine. */
    SharedConnection connection() {
        return connection(connectionSettings(Map.of("timeout", "1m")));
    }

    static SharedConnection connection(Map<String, ?> settings) {
        return new SharedConnection(
                "broker", "rabbitmq", new RabbitMqConnectionProvider().prepare(Settings.of(settings)));
    }

    static void await(Callable<Boolean> condition, String what) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception e) {
                throw new AssertionError("Failed while waiting for " + what, e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        throw new AssertionError("Waited in vain for " + what);
    }

    /** Ends the broker and the port mapper that it started, which would outlive it. */
    @Override
    public void close() {
        if (process == null) {
            return;
        }
        machines.forEach(ProcessHandle::destroyForcibly);
        process.close();
        endPortMapper();
    }

    /** The port mapper detaches itself, so it is known by its own port in its environment only. */
    private void endPortMapper() {
        String mark = "ERL_EPMD_PORT=" + environment.get("ERL_EPMD_PORT") + "\0";
        ProcessHandle.allProcesses()
                .filter(each -> each.info()
                        .command()
                        .filter(command -> command.endsWith("epmd"))
                        .isPresent())
                .filter(each -> environmentOf(each.pid())
                        .filter(text -> text.contains(mark))
                        .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static Optional<String> environmentOf(long pid) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", String.valueOf(pid), "environ"), ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty(); // it has ended, or it is not ours to read
        }
    }
}

package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import redis.clients.jedis.Jedis;

/** A real Redis on 127.0.0.1; {@code TEST_REDIS=host:port} names one that runs already. */
final class RedisServer implements AutoCloseable {

    private static final String INSTALL = "apt-get install -y redis-server";

    /** For tests that look into the server on a busy machine. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static RedisServer shared;

    final String host;
    final int port;
    private final ServerProcess process;

    private RedisServer(String host, int port, ServerProcess process) {
        this.host = host;
        this.port = port;
        this.process = process;
    }

    /** Returns the server that all tests share; it holds nothing on disk. */
    static synchronized RedisServer shared() {
        if (shared == null) {
            String address = TestPrograms.addressFrom("TEST_REDIS");
            shared = address == null ? start("--save", "") : at(address);
        }
        return shared;
    }

    private static RedisServer at(String address) {
        int colon = address.lastIndexOf(':');
        return new RedisServer(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)), null);
    }

    /** Starts a server of the test's own, which may be killed. */
    static RedisServer start(String... arguments) {
        try {
            Path folder = Files.createTempDirectory("redis-test");
            int port = TestPrograms.freePort();
            List<String> command =
                    new ArrayList<>(List.of(TestPrograms.find("redis-server", INSTALL, Path.of("/usr/bin/redis-server"))
                            .toString()));
            command.addAll(Arrays.asList(arguments));
            command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", folder.toString()));
            ServerProcess process =
                    ServerProcess.start("redis-server", command, Map.of(), folder, () -> isReady("127.0.0.1", port));
            return new RedisServer("127.0.0.1", port, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that wants a login answers, too; one that loads its data is not ready. */
    private static boolean isReady(String host, int port) {
        try (Jedis jedis = new Jedis(host, port)) {
            jedis.ping();
            return true;
        } catch (redis.clients.jedis.exceptions.JedisDataException e) {
            return String.valueOf(e.getMessage()).startsWith("NOAUTH");
        }
    }

    Jedis jedis() {
        return new Jedis(host, port, PATIENCE_MILLIS);
    }

    void kill() {
        process.kill();
    }

    void restart() {
        process.restart();
    }

    void stop() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        run(List.of("kill", signal, "" + process.pid()), Map.of());
    }

    /** Asks with the command line client that comes with the server. */
    String cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                TestPrograms.find("redis-cli", INSTALL, Path.of("/usr/bin/redis-cli"))
                        .toString(),
                "-h",
                host,
                "-p",
                "" + port));
        command.addAll(Arrays.asList(arguments));
        return run(command, Map.of()).strip();
    }

    static String run(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns the settings of a connection to this server, with time for a busy machine, and with others added. */
    Map<String, Object> settings(Object... keysAndValues) {
        Map<String, Object> settings = new HashMap<>(Map.of("host", host, "port", port, "timeout", "1m"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings;
    }

    SharedConnection connection(Object... keysAndValues) {
        return connectionWith(settings(keysAndValues));
    }

    static SharedConnection connectionWith(Map<String, ?> settings) {
        return new SharedConnection("redis", "redis", new RedisConnectionProvider().prepare(Settings.of(settings)));
    }

    @Override
    public void close() {
        process.close();
    }
}

package org.corewebhook.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One server as a process of its own, for tests that talk to the real thing and take it away.
 *
 * <p>Its output goes to {@code server.log} in its folder. It ends with the test JVM at the latest; nothing but this
 * process is ever ended. Not thread-safe.
 */
public final class ServerProcess implements AutoCloseable {

    /** A server that takes seconds on an idle machine may take minutes on one that is busy with other things. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path folder;
    private final Readiness readiness;
    private Process process;

    private ServerProcess(
            String name, List<String> command, Map<String, String> environment, Path folder, Readiness readiness) {
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.folder = folder;
        this.readiness = readiness;
        this.process = launch();
    }

    /** Tells whether a server answers as it should. */
    @FunctionalInterface
    public interface Readiness {
        /** Returns whether it is ready; an exception means not yet. */
        boolean isReady() throws Exception;
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param name for messages
     * @param command the program and its arguments
     * @param environment variables besides those of the test
     * @param folder its working directory, which must exist
     * @param readiness asked every 50 ms
     * @throws IllegalStateException if it ends or is not ready within five minutes; the message holds its output
     */
    public static ServerProcess start(
            String name, List<String> command, Map<String, String> environment, Path folder, Readiness readiness) {
        ServerProcess server = new ServerProcess(name, command, environment, folder, readiness);
        server.awaitReadiness();
        return server;
    }

    /** Kills it (SIGKILL), as a crash would, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(20));
    }

    /** Starts it again with the same command in the same folder and waits until it is ready. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException(name + " is still running: kill it first");
        }
        process = launch();
        awaitReadiness();
    }

    /** Tells whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the process id, for signals such as SIGSTOP. */
    public long pid() {
        return process.pid();
    }

    /** Returns what it has printed so far. */
    public String log() {
        try {
            return Files.readString(folder.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException("The output of " + name + " cannot be read", e);
        }
    }

    /** Asks it to end (SIGTERM), kills it if it does not within 10 seconds. */
    @Override
    public void close() {
        process.destroy();
        if (!ended(Duration.ofSeconds(10))) {
            kill();
        }
    }

    private Process launch() {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("server.log").toFile()));
        try {
            Process started = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly, "end-" + name));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started", e);
        }
    }

    private void awaitReadiness() {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (readiness.isReady()) {
                    return;
                }
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        kill();
        throw new IllegalStateException(name + " is not ready, it printed:\n" + log(), last);
    }

    private void awaitEnd(Duration atMost) {
        if (!ended(atMost)) {
            throw new IllegalStateException(name + " (pid " + pid() + ") does not end");
        }
    }

    private boolean ended(Duration atMost) {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + name + " was ending", e);
        }
    }
}

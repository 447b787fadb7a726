package org.corewebhook.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, whose costs the operating system counts. */
final class ServerUnderTest implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("(?:^port |://127\\.0\\.0\\.1:)(\\d+)");
    private static final long TICKS_PER_SECOND = 100;

    private final String name;
    private final Process process;
    private final int port;
    private final long started;

    private ServerUnderTest(String name, Process process, int port, long started) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.started = started;
        // It must not outlive a harness that is interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end of " + name));
    }

    /** Starts the command and waits until it prints its port. */
    static ServerUnderTest start(String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = process(folder, command, environment).redirectErrorStream(true);
        long started = System.nanoTime();
        Process process = builder.start();
        List<String> said = new ArrayList<>();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                Thread reader = new Thread(() -> drain(output), "output of " + name);
                reader.setDaemon(true);
                reader.start();
                return new ServerUnderTest(name, process, Integer.parseInt(port.group(1)), started);
            }
        }
        throw new IOException(name + " did not start:\n" + String.join("\n", said));
    }

    /** Starts the command, which was told its port, and does not wait. Its errors go where the harness's own go. */
    static ServerUnderTest startOn(
            int port, String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = process(folder, command, environment)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        long started = System.nanoTime();
        return new ServerUnderTest(name, builder.start(), port, started);
    }

    private static ProcessBuilder process(Path folder, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long nanosSinceStart() {
        return System.nanoTime() - started;
    }

    /**
     * Returns the processor time that it and its ended children have used so far, in microseconds
     * ({@code /proc/PID/stat}, fields 14 to 17): some receivers run a program for each webhook.
     */
    long cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * (1_000_000 / TICKS_PER_SECOND);
    }

    /** Returns its resident memory in MiB. */
    long residentMiB() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return 0;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A server whose output nobody reads stops at some time. */
    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // thrown away
            }
        } catch (IOException e) {
            // the server was ended while it was read
        }
    }
}

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

    private ServerUnderTest(String name, Process process, int port) {
        this.name = name;
        this.process = process;
        this.port = port;
    }

    /** Starts the command and waits until it prints its port. */
    static ServerUnderTest start(String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
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
                return new ServerUnderTest(name, process, Integer.parseInt(port.group(1)));
            }
        }
        throw new IOException(name + " did not start:\n" + String.join("\n", said));
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Returns the processor time that it has used so far, in microseconds ({@code /proc/PID/stat}, fields 14, 15). */
    long cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
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
            System.err.println("The output of a server ended: " + e.getMessage());
        }
    }
}

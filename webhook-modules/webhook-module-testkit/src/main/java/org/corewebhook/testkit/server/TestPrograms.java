package org.corewebhook.testkit.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds and runs programs, and finds ports, for tests. Thread-safe. */
public final class TestPrograms {

    /** The system gives a port again as soon as nobody listens, and a server of ours may take long to start. */
    private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();

    private TestPrograms() {}

    /**
     * Returns a program that tests need.
     *
     * @param name its name on the {@code PATH}, or an absolute path
     * @param install the line that installs it, for the message
     * @param alsoAt absolute paths to look at after the {@code PATH}
     * @throws IllegalStateException if it is not there: tests without their server fail, they are not skipped
     */
    public static Path find(String name, String install, Path... alsoAt) {
        List<Path> candidates = new ArrayList<>();
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            if (!folder.isEmpty()) {
                candidates.add(Path.of(folder).resolve(name));
            }
        }
        candidates.addAll(List.of(alsoAt));
        for (Path candidate : candidates) {
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException(
                name + " is needed by the tests and is not installed. Install it with: " + install);
    }

    /** Returns the value of an environment variable that names a server to use instead of starting one, or null. */
    public static @Nullable String addressFrom(String variable) {
        String address = System.getenv(variable);
        return address == null || address.isBlank() ? null : address.strip();
    }

    /** Returns the folder, outside of the source tree, where downloaded programs are kept between runs. */
    public static Path cache() {
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "corewebhook-tests");
        try {
            return Files.createDirectories(cache);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + cache + " cannot be created", e);
        }
    }

    /**
     * Runs a program to its end, for ten minutes at most.
     *
     * <p>It gets no input, and its output goes to the message of a failure. It must not inherit those of the test's own
     * JVM, over which that talks to Maven: Node makes what it inherits non-blocking, and then the JVM cannot read it.
     *
     * @param folder where it runs
     * @throws IllegalStateException if it fails or does not end; the message says what it has printed
     */
    public static void run(Path folder, String... command) throws IOException {
        Path output = Files.createTempFile("output", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed:\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command[0] + " ran", e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    /** Returns the {@code java} of the test JVM. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Returns a port of 127.0.0.1 that was free a moment ago, never the same one twice in this JVM. */
    public static int freePort() {
        int port = portThatIsFree();
        while (!GIVEN_PORTS.add(port)) {
            port = portThatIsFree();
        }
        return port;
    }

    private static int portThatIsFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no free port", e);
        }
    }

    private static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}

package org.corewebhook.war;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code java -jar webhook.war} as a process of its own, on a free port of 127.0.0.1, in a folder of its own. */
final class ReceiverProcess implements AutoCloseable {

    static final Path WAR = Path.of("target", "webhook.war").toAbsolutePath();
    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private static final Pattern ANNOUNCEMENT = Pattern.compile("Receiving webhooks at http://127\\.0\\.0\\.1:(\\d+)/");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;

    private ReceiverProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts a receiver in this folder with these files' contents, environment and JVM options. */
    static ReceiverProcess start(Path folder, String webhooks, Map<String, String> environment, String... jvmOptions)
            throws IOException {
        return start(WAR, folder, webhooks, environment, jvmOptions);
    }

    /** Starts a receiver that is laid out otherwise. */
    static ReceiverProcess start(
            Path program, Path folder, String webhooks, Map<String, String> environment, String... jvmOptions)
            throws IOException {
        Files.writeString(folder.resolve("webhooks.json"), webhooks);
        Launched launched = launch(program, folder, environment, jvmOptions);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline && launched.process().isAlive()) {
            Matcher matcher = ANNOUNCEMENT.matcher(Files.readString(launched.log()));
            if (matcher.find()) {
                return new ReceiverProcess(launched.process(), launched.log(), Integer.parseInt(matcher.group(1)));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        launched.process().destroyForcibly();
        throw new IOException("The receiver did not start: " + Files.readString(launched.log()));
    }

    record Launched(Process process, Path log) {}

    /** Starts the process and waits for nothing. */
    static Launched launch(Path folder, Map<String, String> environment, String... jvmOptions) throws IOException {
        return launch(WAR, folder, environment, jvmOptions);
    }

    private static Launched launch(Path program, Path folder, Map<String, String> environment, String... jvmOptions)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-jar", program.toString()));
        Path log = folder.resolve("receiver.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(Map.of("HOST", "127.0.0.1", "PORT", "0", "WEBHOOK_STORE", "none"));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        return new Launched(builder.start(), log);
    }

    int port() {
        return port;
    }

    Process process() {
        return process;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends bytes as they are and returns what comes back until the server closes the connection. */
    byte[] raw(byte[]... parts) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 60_000);
            socket.setSoTimeout(60_000);
            try {
                for (byte[] part : parts) {
                    socket.getOutputStream().write(part);
                }
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // the server may answer and close before it has everything; the answer is what counts
                return readAll(socket.getInputStream());
            }
            return readAll(socket.getInputStream());
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        java.io.ByteArrayOutputStream read = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read.write(buffer, 0, n);
            }
        } catch (java.net.SocketException e) {
            // a reset after the answer: what was read counts
            return read.toByteArray();
        }
        return read.toByteArray();
    }

    /** Asks the process to end (SIGTERM) and returns its exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The receiver did not stop within two minutes");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

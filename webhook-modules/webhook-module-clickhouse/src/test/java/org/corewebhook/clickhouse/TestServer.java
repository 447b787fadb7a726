package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;

/**
 * A ClickHouse for tests: the server that TEST_CLICKHOUSE (http://host:port) names, else the engine of the npm package
 * chdb in a process of its own. Read back with the JDK's client, which the module does not use.
 */
final class TestServer implements AutoCloseable {

    private static final String VERSION = "26.7.3-stable.1";
    private static final String INSTALL_NPM = "apt-get install -y npm";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static TestServer shared;

    private final URI uri;
    private final ServerProcess process;

    private TestServer(URI uri, ServerProcess process) {
        this.uri = uri;
        this.process = process;
    }

    /** Returns the server of this test run, which nobody takes away. */
    static synchronized TestServer shared() {
        if (shared == null) {
            String address = TestPrograms.addressFrom("TEST_CLICKHOUSE");
            shared = address == null ? startOwn() : new TestServer(URI.create(address), null);
        }
        return shared;
    }

    /** Starts a server that a test may kill and stop. */
    static TestServer startOwn() {
        try {
            int port = TestPrograms.freePort();
            Path folder = Files.createTempDirectory("clickhouse-test");
            List<String> command = List.of(
                    TestPrograms.java().toString(),
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChdbServer.class.getName(),
                    library().toString(),
                    String.valueOf(port),
                    folder.resolve("data").toString());
            URI uri = URI.create("http://127.0.0.1:" + port);
            return new TestServer(
                    uri, ServerProcess.start("clickhouse", command, Map.of(), folder, () -> answers(uri)));
        } catch (IOException e) {
            throw new UncheckedIOException("The server cannot be started", e);
        }
    }

    /** The library, fetched once per machine: 178 MB, 569 MB unpacked. */
    private static Path library() throws IOException {
        Path folder = TestPrograms.cache().resolve("chdb-" + VERSION);
        Path library = folder.resolve("package/libchdb.so");
        if (!Files.exists(library)) {
            Path npm = TestPrograms.find("npm", INSTALL_NPM);
            Path fresh = Files.createTempDirectory(TestPrograms.cache(), "chdb");
            TestPrograms.run(fresh, npm.toString(), "pack", "@chdb/lib-linux-x64-gnu@" + VERSION);
            TestPrograms.run(fresh, "tar", "xzf", "chdb-lib-linux-x64-gnu-" + VERSION + ".tgz");
            Files.delete(fresh.resolve("chdb-lib-linux-x64-gnu-" + VERSION + ".tgz"));
            Files.move(fresh, folder);
        }
        return library;
    }

    private static boolean answers(URI uri) throws Exception {
        return post(uri, "SELECT 1".getBytes(UTF_8)).statusCode() == 200;
    }

    private static HttpResponse<byte[]> post(URI uri, byte[] sql) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofByteArray(sql))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Returns a name that no other test uses. */
    static String newName(String prefix) {
        return prefix + "_" + ProcessHandle.current().pid() + "_" + NAMES.incrementAndGet();
    }

    byte[] bytes(String sql) {
        try {
            HttpResponse<byte[]> response = post(uri, sql.getBytes(UTF_8));
            if (response.statusCode() != 200) {
                throw new IllegalStateException(sql + ": " + new String(response.body(), UTF_8));
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(sql, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** Returns what a query prints, without the line feed at the end. */
    String text(String sql) {
        return new String(bytes(sql), UTF_8).stripTrailing();
    }

    long number(String sql) {
        return Long.parseLong(text(sql));
    }

    Map<String, Object> connectionSettings() {
        return Map.of("type", "clickhouse", "host", uri.getHost(), "http_port", uri.getPort());
    }

    ServerProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}

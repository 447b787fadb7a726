package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same file dropped into servlet containers as they come from their makers. */
@Timeout(400)
class DropInIT {

    private static final Path CONTAINERS = Path.of("target", "containers").toAbsolutePath();

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void receivesInTomcat10() throws Exception {
        receivesIn(tomcat("tomcat10", "ROOT.war"), "");
    }

    @Test
    void receivesInTomcat11BelowAContextPath() throws Exception {
        receivesIn(tomcat("tomcat11", "hooks.war"), "/hooks");
    }

    @Test
    void receivesInJetty12() throws Exception {
        receivesIn(jetty(), "");
    }

    private record Container(List<String> command, int port) {}

    private Container tomcat(String name, String warName) throws Exception {
        String artifact = System.getProperty(name);
        Path home = CONTAINERS.resolve("apache-" + artifact);
        for (String each : List.of("conf", "webapps", "temp", "logs", "work")) {
            Files.createDirectories(folder.resolve(each));
        }
        int port = freePort();
        String server = Files.readString(home.resolve("conf/server.xml"))
                .replace("port=\"8005\"", "port=\"-1\"")
                .replace("<Connector port=\"8080\"", "<Connector address=\"127.0.0.1\" port=\"" + port + "\"");
        Files.writeString(folder.resolve("conf/server.xml"), server);
        Files.copy(home.resolve("conf/web.xml"), folder.resolve("conf/web.xml"));
        Files.copy(ReceiverProcess.WAR, folder.resolve("webapps").resolve(warName));
        String classPath = home.resolve("bin/bootstrap.jar") + ":" + home.resolve("bin/tomcat-juli.jar");
        return new Container(
                List.of(
                        ReceiverProcess.JAVA.toString(),
                        "-cp",
                        classPath,
                        "-Dcatalina.home=" + home,
                        "-Dcatalina.base=" + folder,
                        "-Djava.io.tmpdir=" + folder.resolve("temp"),
                        "org.apache.catalina.startup.Bootstrap",
                        "start"),
                port);
    }

    private Container jetty() throws Exception {
        Path home = CONTAINERS.resolve(System.getProperty("jetty"));
        String start = home.resolve("start.jar").toString();
        Process setUp = new ProcessBuilder(
                        ReceiverProcess.JAVA.toString(), "-jar", start, "--add-modules=http,ee10-deploy")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("setup.log").toFile())
                .start();
        assertThat(setUp.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(setUp.exitValue())
                .as(Files.readString(folder.resolve("setup.log")))
                .isZero();
        Files.createDirectories(folder.resolve("webapps"));
        Files.copy(ReceiverProcess.WAR, folder.resolve("webapps/ROOT.war"));
        int port = freePort();
        return new Container(
                List.of(
                        ReceiverProcess.JAVA.toString(),
                        "-jar",
                        start,
                        "jetty.http.host=127.0.0.1",
                        "jetty.http.port=" + port),
                port);
    }

    private void receivesIn(Container container, String contextPath) throws Exception {
        Path webhooks = folder.resolve("webhooks.json");
        Files.copy(Path.of("sample", "webhooks.json"), webhooks);
        ProcessBuilder builder = new ProcessBuilder(container.command()).directory(folder.toFile());
        builder.environment().put("WEBHOOKS_CONFIG_FILE", webhooks.toString());
        builder.environment().put("ORDERS_TOKEN", "o");
        Path log = folder.resolve("container.log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            awaitAnnouncement(process, log);
            String url = "http://127.0.0.1:" + container.port() + contextPath + "/webhook/github";
            byte[] flipped = GitHubPush.BODY.clone();
            flipped[10] ^= 1;

            HttpResponse<String> accepted = post(url, GitHubPush.BODY);
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
            assertThat(accepted.body()).isEqualTo("{\"message\":\"200 OK\"}");
            assertThat(post(url, flipped).statusCode()).isEqualTo(401);
            Patience.awaitUntil(() -> !received().isEmpty()); // acknowledged when stored, delivered after it
            assertThat(received())
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readAllBytes(file)).isEqualTo(GitHubPush.BODY));

            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(log)).contains("Stopped receiving webhooks");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private HttpResponse<String> post(String url, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .headers(GitHubPush.headers(GitHubPush.BODY))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The application is up when it has said so and the container answers. */
    private void awaitAnnouncement(Process process, Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(150);
        boolean started = false;
        while (!started && System.nanoTime() < deadline && process.isAlive()) {
            String text = Files.readString(log);
            started = text.contains("Receiving webhooks at")
                    && (text.contains("Server startup in") || text.contains("Started oejs.Server"));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        assertThat(started).as(Files.readString(log)).isTrue();
    }

    /** The files that are there whole, without one that is being written. */
    private List<Path> received() throws IOException {
        Path received = folder.resolve("received");
        if (!Files.isDirectory(received)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(received)) {
            return files.filter(file -> !file.toString().endsWith(".tmp")).toList();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

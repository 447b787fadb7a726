package org.corewebhook.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import org.jspecify.annotations.Nullable;

/** A WebSocket server of another make (npm {@code ws}) in a process of its own; {@code peer.js} says what it can do. */
final class Peer implements AutoCloseable {

    private static final String INSTALL = "apt-get install -y nodejs npm";
    private static final AtomicInteger CHANNELS = new AtomicInteger();
    private static @Nullable Peer shared;

    private final ServerProcess process;
    private final Path folder;
    private final int port;
    private final String scheme;

    private Peer(ServerProcess process, Path folder, int port, String scheme) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.scheme = scheme;
    }

    /** One message as it arrived. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(boolean binary, byte[] bytes) {
        String text() {
            return new String(bytes, UTF_8);
        }
    }

    /** Returns the peer that tests share; do not stop it. */
    static synchronized Peer shared() {
        Peer peer = shared;
        if (peer == null) {
            peer = start();
            shared = peer;
        }
        return peer;
    }

    static Peer start() {
        return start("ws", List.of());
    }

    static Peer startWithTls(Path keystore, String passphrase) {
        return start("wss", List.of(keystore.toString(), passphrase));
    }

    private static Peer start(String scheme, List<String> more) {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "peers")), "peer")
                    .toAbsolutePath();
            int port = TestPrograms.freePort();
            List<String> command = new ArrayList<>(List.of(
                    TestPrograms.find("node", INSTALL).toString(),
                    script().toString(),
                    String.valueOf(port),
                    folder.toString()));
            command.addAll(more);
            ServerProcess process = ServerProcess.start(
                    "websocket-peer", command, Map.of("NODE_PATH", library().toString()), folder, () -> listens(port));
            return new Peer(process, folder, port, scheme);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean listens(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }

    private static Path script() {
        try {
            return Path.of(Objects.requireNonNull(Peer.class.getResource("/peer.js"), "peer.js")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns where node finds {@code ws}, which npm fetches once. */
    private static synchronized Path library() throws IOException {
        Path folder = Files.createDirectories(TestPrograms.cache().resolve("ws"));
        Path modules = folder.resolve("node_modules");
        if (!Files.exists(modules.resolve("ws").resolve("package.json"))) {
            String npm = TestPrograms.find("npm", INSTALL).toString();
            TestPrograms.run(folder, npm, "install", "--no-audit", "--no-fund", "--prefix", folder.toString(), "ws@8");
        }
        return modules;
    }

    /** Returns a name for a file of its own. */
    static String newChannel() {
        return "channel-" + CHANNELS.incrementAndGet();
    }

    String url(String channelAndQuery) {
        return url("127.0.0.1", channelAndQuery);
    }

    String url(String host, String channelAndQuery) {
        return scheme + "://" + host + ":" + port + "/" + channelAndQuery;
    }

    int port() {
        return port;
    }

    /** Returns the messages that this channel has got, in order. */
    List<Message> messages(String channel) {
        return lines(channel).stream()
                .map(line -> line.split(" ", -1))
                .map(parts -> new Message(
                        parts[0].equals("binary"), Base64.getDecoder().decode(parts[1])))
                .toList();
    }

    /** Returns how many messages this channel has got, without holding them. */
    long count(String channel) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(channel))) {
            return lines.count();
        }
    }

    /** Returns the headers of each handshake of this channel, as JSON with names in lower case. */
    List<String> handshakes(String channel) {
        return lines(channel + ".handshakes").stream()
                .map(line -> new String(Base64.getDecoder().decode(line), UTF_8))
                .toList();
    }

    /** The last line counts when its end is there: a kill may have cut it. */
    private List<String> lines(String file) {
        try {
            Path path = folder.resolve(file);
            String text = Files.exists(path) ? Files.readString(path) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the process without ending it (SIGSTOP): its connections stay and nobody answers. */
    void pause() throws IOException {
        TestPrograms.run(folder, "kill", "-STOP", String.valueOf(process.pid()));
    }

    void resume() throws IOException {
        TestPrograms.run(folder, "kill", "-CONT", String.valueOf(process.pid()));
    }

    void kill() {
        process.kill();
    }

    void restart() {
        process.restart();
    }

    @Override
    public void close() {
        process.close();
    }
}

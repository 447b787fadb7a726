package org.corewebhook.benchmarks;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Another receiver of webhooks, as the {@code peer.json} in a folder of its own describes it. */
final class Peer {

    private static final String DESCRIPTION = "peer.json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private final Path folder;
    private final Description description;

    private Peer(Path folder, Description description) {
        this.folder = folder;
        this.description = description;
    }

    /**
     * What the harness has to know to start it.
     *
     * @param programs programs that it needs on the {@code PATH}
     * @param files what else must be there, relative to its folder
     * @param install what brings them; <code>{folder}</code> stands for its folder
     * @param command what starts it, in its folder; <code>{port}</code> stands for its port, <code>{java}</code> for
     *     the Java of all servers with their options
     * @param environment added to the harness's own, as are {@code PORT} and {@code WEBHOOK_SECRET}
     */
    private record Description(
            List<String> programs,
            List<String> files,
            String install,
            List<String> command,
            Map<String, String> environment) {}

    /** Returns all that the folder describes, installed or not, by name. */
    static List<Peer> describedIn(Path peers) throws IOException {
        List<Peer> described = new ArrayList<>();
        try (Stream<Path> folders = Files.list(peers)) {
            for (Path folder : folders.sorted().toList()) {
                Path description = folder.resolve(DESCRIPTION);
                if (Files.exists(description)) {
                    described.add(new Peer(folder, JSON.readValue(description.toFile(), Description.class)));
                }
            }
        }
        return described;
    }

    String name() {
        return folder.getFileName().toString();
    }

    /** Returns what it lacks and how to install that, or nothing if it can be started. */
    Optional<String> missing() {
        Stream<String> programs = description.programs().stream().filter(program -> !isOnPath(program));
        Stream<String> files = description.files().stream().filter(file -> !Files.exists(folder.resolve(file)));
        return Stream.concat(programs, files)
                .findFirst()
                .map(lacking -> name() + " is left out, it has no " + lacking + "; install it with: "
                        + description.install().replace("{folder}", folder.toString()));
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Starts it on a free port. */
    ServerUnderTest start(Options options) throws IOException {
        int port = freePort();
        Map<String, String> environment = new HashMap<>(description.environment());
        environment.put("PORT", String.valueOf(port));
        environment.put("WEBHOOK_SECRET", SignedRequest.SECRET);
        return ServerUnderTest.startOn(port, name(), folder, command(options, port), environment);
    }

    private List<String> command(Options options, int port) {
        List<String> command = new ArrayList<>();
        for (String word : description.command()) {
            if (word.equals("{java}")) {
                command.add(options.javaCommand());
                command.addAll(options.jvm());
            } else {
                command.add(word.replace("{port}", String.valueOf(port)));
            }
        }
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}

package org.corewebhook.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Starts the receiver, taken out of its WAR and with the output {@code discard} added, and what it is compared with.
 */
final class Servers {

    private static final String HMAC = "\"hmac\": {\"secret\": \"" + SignedRequest.SECRET
            + "\", \"header\": \"X-Hub-Signature-256\"}, \"module\": \"discard\"";

    private final Options options;
    private final Path folder;
    private final String classpath;

    private Servers(Options options, Path folder, String classpath) {
        this.options = options;
        this.folder = folder;
        this.classpath = classpath;
    }

    /** Unpacks the WAR into a temporary folder. */
    static Servers unpack(Options options) throws IOException {
        if (!Files.exists(options.war())) {
            throw new IOException(options.war() + " is not there: build it with mvn -q package -DskipTests");
        }
        Path folder = Files.createTempDirectory("benchmark");
        List<String> classpath = new ArrayList<>();
        classpath.add(folder.resolve("WEB-INF/classes").toString());
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(options.war()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (entry.isDirectory() || !target.startsWith(folder.resolve("WEB-INF"))) {
                    continue;
                }
                Files.createDirectories(target.getParent());
                copy(zip, target);
                if (entry.getName().endsWith(".jar")) {
                    classpath.add(target.toString());
                }
            }
        }
        Path own = Path.of(Servers.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        classpath.add(discardOnly(own, folder));
        return new Servers(options, folder, String.join(File.pathSeparator, classpath));
    }

    /** The benchmarks' own libraries stay out of the receiver's class path. */
    private static String discardOnly(Path own, Path folder) throws IOException {
        Path copy = folder.resolve("benchmarks-only.jar");
        if (Files.isDirectory(own)) {
            return own.toString();
        }
        return Files.copy(own, copy).toString();
    }

    private static void copy(InputStream from, Path to) throws IOException {
        Files.copy(from, to);
    }

    /** Starts the receiver with one endpoint and these further settings of it. */
    ServerUnderTest receiver(String name, String endpointSettings, String store) throws IOException {
        return receiver(name, "{\"orders\": {" + HMAC + ", " + endpointSettings + "}}", Map.of("WEBHOOK_STORE", store));
    }

    /** Starts the receiver with this {@code webhooks.json}. */
    ServerUnderTest receiver(String name, String webhooksJson, Map<String, String> variables) throws IOException {
        Path home = Files.createTempDirectory(folder, "receiver");
        Files.writeString(home.resolve("webhooks.json"), webhooksJson);
        Map<String, String> environment = new HashMap<>(Map.of("HOST", "127.0.0.1", "PORT", "0"));
        environment.putAll(variables);
        return ServerUnderTest.start(name, home, command("org.corewebhook.war.Main", List.of()), environment);
    }

    /** Starts the bare servlet, which answers with these headers. */
    ServerUnderTest floor(List<String> headers) throws IOException {
        return floor("floor", FloorServer.class, headers);
    }

    /** Starts a server of ours with the receiver's libraries. */
    ServerUnderTest floor(String name, Class<?> mainClass, List<String> arguments) throws IOException {
        return ServerUnderTest.start(name, folder, command(mainClass.getName(), arguments), Map.of());
    }

    /** Runs the loop on the store alone in a process of its own, which prints its result. */
    void storeLoop(int bytes) throws IOException, InterruptedException {
        Path file = Files.createTempDirectory(folder, "store").resolve("webhooks.db");
        List<String> arguments = List.of(
                file.toString(),
                String.valueOf(options.connections()),
                String.valueOf(bytes),
                String.valueOf(2 * options.seconds()),
                String.valueOf(options.rounds() * options.seconds()));
        Process loop = new ProcessBuilder(command(StoreLoop.class.getName(), arguments))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD) // the log
                .start();
        if (loop.waitFor() != 0) {
            throw new IOException("The loop on the store ended with " + loop.exitValue());
        }
    }

    private List<String> command(String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(options.javaCommand()));
        command.addAll(options.jvm());
        command.addAll(List.of("-cp", classpath, mainClass));
        command.addAll(arguments);
        return command;
    }
}

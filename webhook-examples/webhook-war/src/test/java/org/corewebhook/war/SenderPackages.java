package org.corewebhook.war;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.corewebhook.testkit.server.TestPrograms;

/** The official npm packages of senders, in node; {@code senders.js} says what they do. */
final class SenderPackages {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INSTALL = "apt-get install -y nodejs npm";

    private final Path folder;

    private SenderPackages(Path folder) {
        this.folder = folder;
    }

    /** A webhook as a sender signed it, with the settings under {@code signature} of the endpoint that takes it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Signed(
            String sender, Object settings, String dataType, String query, Map<String, String> headers, byte[] body) {}

    /** A webhook as it arrived somewhere. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Arrived(String sender, Map<String, String> headers, byte[] bodyBase64) {}

    /** Makes a folder ready for the script; npm fetches the packages once, to the folder where tests keep programs. */
    static SenderPackages in(Path folder) throws IOException, InterruptedException {
        Files.write(folder.resolve("senders.js"), resource("senders.js"));
        Files.createSymbolicLink(folder.resolve("node_modules"), installed().resolve("node_modules"));
        return new SenderPackages(folder);
    }

    /** Returns a webhook of every sender, signed now. */
    List<Signed> sign() throws IOException, InterruptedException {
        List<Signed> signed = new ArrayList<>();
        for (JsonNode request : JSON.readTree(node("sign", new byte[0]))) {
            Map<String, String> headers = JSON.convertValue(
                    request.get("headers"),
                    JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
            signed.add(new Signed(
                    request.get("sender").asText(),
                    request.get("settings"),
                    request.get("dataType").asText(),
                    request.get("query").asText(),
                    headers,
                    request.get("bodyBase64").binaryValue()));
        }
        return signed;
    }

    /** Returns by sender whether its package takes what arrived. */
    Map<String, Boolean> verify(List<Arrived> requests) throws IOException, InterruptedException {
        byte[] verdicts = node("verify", JSON.writeValueAsBytes(requests));
        return JSON.readValue(verdicts, JSON.getTypeFactory().constructMapType(Map.class, String.class, Boolean.class));
    }

    private byte[] node(String command, byte[] input) throws IOException, InterruptedException {
        Path question = Files.write(folder.resolve("question.json"), input);
        Path answer = folder.resolve("answer.json");
        ProcessBuilder node =
                new ProcessBuilder(TestPrograms.find("node", INSTALL).toString(), "senders.js", command);
        node.directory(folder.toFile()).redirectInput(question.toFile()).redirectOutput(answer.toFile());
        run(node, folder);
        return Files.readAllBytes(answer);
    }

    private static Path installed() throws IOException, InterruptedException {
        byte[] lock = resource("package-lock.json");
        Path installed = TestPrograms.cache().resolve("sender-sdks-" + hash(lock));
        if (Files.isDirectory(installed)) {
            return installed;
        }
        Path fresh = Files.createTempDirectory(TestPrograms.cache(), "sender-sdks-");
        Files.write(fresh.resolve("package-lock.json"), lock);
        Files.write(fresh.resolve("package.json"), resource("package.json"));
        String npm = TestPrograms.find("npm", INSTALL).toString();
        ProcessBuilder command = new ProcessBuilder(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        run(
                command.directory(fresh.toFile())
                        .redirectOutput(fresh.resolve("npm.log").toFile()),
                fresh);
        return renamed(fresh, installed);
    }

    /** Half a download must never look like a whole one. */
    private static Path renamed(Path fresh, Path installed) throws IOException {
        try {
            return Files.move(fresh, installed, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (Files.isDirectory(installed)) {
                return installed; // another run was faster
            }
            throw e;
        }
    }

    private static void run(ProcessBuilder command, Path folder) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors.log");
        Process process = command.redirectError(errors.toFile()).start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.command() + " did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(command.command() + " failed: " + Files.readString(errors));
        }
    }

    private static byte[] resource(String name) {
        try (var in = SenderPackages.class.getResourceAsStream("/sender-sdks/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

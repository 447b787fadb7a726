package org.corewebhook.war;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(400)
class UnpackIT {

    private static final String WEBHOOKS = "{\"log\": {\"module\": \"log\"}}";

    @TempDir
    private Path folder;

    @Test
    void theUnpackedReceiverWorksAndItsClassesComeFromAnArchiveOfTheJvm() throws Exception {
        Path unpacked = folder.resolve("unpacked");
        assertThat(unpack(unpacked)).isZero();
        Path program = unpacked.resolve("webhook.jar");
        String archive = folder.resolve("webhook.jsa").toString();

        try (ReceiverProcess trained = start(program, "-XX:ArchiveClassesAtExit=" + archive)) {
            assertAnswers(trained);
            assertThat(trained.stop()).isIn(0, 143); // the archive is written at the end
        }
        Path loaded = folder.resolve("loaded.txt");
        try (ReceiverProcess fast =
                start(program, "-XX:SharedArchiveFile=" + archive, "-Xlog:class+load:file=" + loaded)) {
            assertAnswers(fast);
        }

        assertThat(Files.readAllLines(loaded))
                .filteredOn(line -> line.contains(" org.corewebhook.WebhookProcessor source: "))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("shared objects file"));
    }

    @Test
    void theLibraryOfSqliteIsNotCopiedOutOfItsJarAtEachStart() throws Exception {
        Path unpacked = folder.resolve("unpacked");
        assertThat(unpack(unpacked)).isZero();
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        try (ReceiverProcess receiver = start(unpacked.resolve("webhook.jar"), "-Djava.io.tmpdir=" + temporary)) {
            assertAnswers(receiver);

            assertThat(unpacked.resolve(UnpackCommand.NATIVE_LIBRARIES)).isNotEmptyDirectory();
            assertThat(temporary).isDirectoryNotContaining("glob:**sqlite*");
        }
    }

    @Test
    void aDirectoryThatIsNotEmptyIsLeftAlone() throws Exception {
        Path used = Files.createDirectory(folder.resolve("used"));
        Files.writeString(used.resolve("mine.txt"), "mine");

        assertThat(unpack(used)).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("unpack.log"))).contains("is not empty");
        assertThat(used).isDirectoryContaining("glob:**mine.txt").isDirectoryNotContaining("glob:**webhook.jar");
    }

    private int unpack(Path directory) throws Exception {
        Process unpack = new ProcessBuilder(List.of(
                        ReceiverProcess.JAVA.toString(),
                        "-jar",
                        ReceiverProcess.WAR.toString(),
                        "unpack",
                        directory.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("unpack.log").toFile())
                .start();
        assertThat(unpack.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return unpack.exitValue();
    }

    private ReceiverProcess start(Path program, String... jvmOptions) throws Exception {
        return ReceiverProcess.start(program, folder, WEBHOOKS, Map.of(), jvmOptions);
    }

    private static void assertAnswers(ReceiverProcess receiver) throws Exception {
        assertThat(receiver.post("/webhook/log", "{}".getBytes(UTF_8)).statusCode())
                .isEqualTo(200);
    }
}

package org.corewebhook.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaveToDiskTest {

    private static final String ID = "0199f000-0000-7000-8000-000000000001";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path base;

    @Test
    void writesTheExactBytesToAFileNamedByTheEvent() throws Exception {
        byte[] body = {0, (byte) 0xFF, (byte) 0xC0, (byte) 0x80, '\r', '\n', 0};

        module(Map.of("path", "out/b")).deliver(event(ID, body));

        assertThat(base.resolve("out/b/" + ID + ".txt")).hasBinaryContent(body);
        assertThat(files("out/b")).hasSize(1);
    }

    @Test
    void writesEmptyAndLargeBodies() throws Exception {
        byte[] large = new byte[1_000_003];
        new java.util.Random(1).nextBytes(large);
        OutputModule module = module(Map.of("extension", "bin", "fsync", false));

        module.deliver(event("empty", new byte[0]));
        module.deliver(event("large", large));

        assertThat(base.resolve("empty.bin")).isEmptyFile();
        assertThat(base.resolve("large.bin")).hasBinaryContent(large);
    }

    @Test
    void keepsFoldersAndFilesToItsUser() throws Exception {
        module(Map.of("path", "out/b")).deliver(event(ID, new byte[1]));

        assertThat(mode("out")).isEqualTo("rwx------");
        assertThat(mode("out/b")).isEqualTo("rwx------");
        assertThat(mode("out/b/" + ID + ".txt")).isEqualTo("rw-------");
    }

    @Test
    void takesTheSameEventTwice() throws Exception {
        OutputModule module = module(Map.of());
        module.deliver(event(ID, "same".getBytes(StandardCharsets.UTF_8)));
        module.deliver(event(ID, "same".getBytes(StandardCharsets.UTF_8)));

        assertThat(files(".")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "diff", "longer"})
    void refusesOtherContentUnderTheSameName(String other) throws Exception {
        OutputModule module = module(Map.of());
        module.deliver(event(ID, "same".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> module.deliver(event(ID, other.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("other content");
        assertThat(base.resolve(ID + ".txt")).hasContent("same");
        assertThat(files(".")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "", ".", "a.b", "a\u0000"})
    void refusesIdsThatAreNoFileNames(String id) {
        assertThatThrownBy(() -> module(Map.of()).deliver(event(id, new byte[1])))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isFalse());
    }

    @Test
    void writesFromManyThreads() throws Exception {
        OutputModule module = module(Map.of("path", "many"));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<?>> deliveries = new ArrayList<>();
        for (int i = 0; i < 16 * 200; i++) {
            String id = "e" + i;
            deliveries.add(threads.submit(() -> {
                module.deliver(event(id, id.getBytes(StandardCharsets.UTF_8)));
                return null;
            }));
        }
        for (Future<?> delivery : deliveries) {
            delivery.get();
        }
        threads.shutdown();

        assertThat(files("many"))
                .hasSize(16 * 200)
                .allSatisfy(file -> assertThat(file)
                        .hasContent(file.getFileName().toString().replace(".txt", "")));
    }

    @Test
    void writesOneEventOnceWhenThreadsRace() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        byte[] body = new byte[100_000];
        List<Future<?>> deliveries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            OutputModule module = module(Map.of("path", "race"));
            deliveries.add(threads.submit(() -> {
                module.deliver(event(ID, body));
                return null;
            }));
        }
        for (Future<?> delivery : deliveries) {
            delivery.get();
        }
        threads.shutdown();

        assertThat(files("race"))
                .singleElement()
                .satisfies(file -> assertThat(file).hasBinaryContent(body));
    }

    @Test
    void failsForRetryWhenAFileIsInPlaceOfTheFolder() throws Exception {
        Files.writeString(base.resolve("taken"), "x");

        for (String path : List.of("taken", "taken/sub")) {
            assertThatThrownBy(() -> module(Map.of("path", path)).deliver(event(ID, new byte[1])))
                    .isInstanceOfSatisfying(
                            DeliveryException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("is not a folder: move away what is in its place");
        }
        assertThat(base.resolve("taken")).hasContent("x");
    }

    @Test
    void leavesNoTemporaryFileWhenTheWriteFails() throws Exception {
        OutputModule module = module(Map.of());
        module.deliver(event("first", new byte[1]));
        Thread.currentThread().interrupt(); // closes the file under the writer's hands
        try {
            assertThatThrownBy(() -> module.deliver(event("second", new byte[1])))
                    .isInstanceOfSatisfying(
                            DeliveryException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(files(".")).containsExactly(base.resolve("./first.txt"));
    }

    @Test
    void failsForRetryWhenAFolderIsInPlaceOfTheFile() throws Exception {
        Files.createDirectories(base.resolve(ID + ".txt/x"));

        assertThatThrownBy(() -> module(Map.of()).deliver(event(ID, new byte[0])))
                .isInstanceOf(DeliveryException.class);
        assertThat(files(".")).hasSize(1);
    }

    @Test
    void makesTheFolderAgainWhenItHasGone() throws Exception {
        OutputModule module = module(Map.of("path", "out"));
        module.deliver(event("first", new byte[1]));
        Files.delete(base.resolve("out/first.txt"));
        Files.delete(base.resolve("out"));

        assertThatThrownBy(() -> module.deliver(event("second", new byte[1])))
                .isInstanceOfSatisfying(
                        DeliveryException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("has gone");
        module.deliver(event("second", new byte[1]));

        assertThat(files("out")).hasSize(1);
    }

    @Test
    void removesOldLeftoversOfItsOwnAtFirstUse() throws Exception {
        Path old = leftover(".e1.0123456789abcdef.tmp", Duration.ofMinutes(61));
        Path young = leftover(".e2.0123456789abcdef.tmp", Duration.ofMinutes(59));
        Path foreign = leftover(".cache.tmp", Duration.ofDays(9));
        Path event = leftover("e3.txt", Duration.ofDays(9));

        module(Map.of()).deliver(event(ID, new byte[1]));

        assertThat(old).doesNotExist();
        assertThat(List.of(young, foreign, event))
                .allSatisfy(file -> assertThat(file).exists());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escaped", "a/../../escaped", "/tmp", "a/../b", "..", "/"})
    void reportsAPathOutsideOfTheBaseFolder(String path) {
        Settings settings = settings(Map.of("path", path));
        new SaveToDiskProvider().create(settings, null);

        assertThat(settings.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("/path");
            assertThat(problem.message()).contains("base_dir", base.toString());
        });
    }

    @Test
    void reportsALinkThatLeadsOutOfTheBaseFolder(@TempDir Path elsewhere) throws Exception {
        Files.createSymbolicLink(base.resolve("link"), elsewhere);
        Settings settings = settings(Map.of("path", "link/sub"));
        new SaveToDiskProvider().create(settings, null);

        assertThat(settings.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("Must stay inside base_dir"));
    }

    @Test
    void writesNothingThroughALinkThatAppearsLater(@TempDir Path elsewhere) throws Exception {
        OutputModule module = module(Map.of("path", "link/sub"));
        Files.createSymbolicLink(base.resolve("link"), elsewhere);

        assertThatThrownBy(() -> module.deliver(event(ID, new byte[1])))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("leads out of base_dir");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void followsLinksInsideOfTheBaseFolder() throws Exception {
        Files.createDirectory(base.resolve("real"));
        Files.createSymbolicLink(base.resolve("link"), base.resolve("real"));

        module(Map.of("path", "link")).deliver(event(ID, new byte[1]));

        assertThat(files("real")).hasSize(1);
    }

    @Test
    void takesAnAbsolutePathInsideOfTheBaseFolderAlsoThroughALink(@TempDir Path elsewhere) throws Exception {
        Path link = elsewhere.resolve("base");
        Files.createSymbolicLink(link, base);
        Settings settings = Settings.of(
                Map.of("base_dir", link.toString(), "path", link.resolve("in").toString()));
        OutputModule module = new SaveToDiskProvider().create(settings, null);
        module.deliver(event(ID, new byte[1]));

        assertThat(settings.problems()).isEmpty();
        assertThat(files("in")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", ".txt", "tär", "x y", "aaaaaaaaaaaaaaaaa"})
    void reportsAnExtensionThatIsNotPlain(String extension) {
        Settings settings = settings(Map.of("extension", extension));
        new SaveToDiskProvider().create(settings, null);

        assertThat(settings.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("/extension"));
    }

    @Test
    void reportsAPathThatIsNone() {
        Settings settings = settings(Map.of("path", "a\u0000b"));
        new SaveToDiskProvider().create(settings, null);

        assertThat(settings.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).startsWith("Is not a path"));
    }

    @Test
    void saysWhatToDoAboutTheDisk() {
        assertThat(DiskTrouble.describe(new IOException("No space left on device"), "/d"))
                .isEqualTo("The disk that holds /d is full: free some space");
        assertThat(DiskTrouble.describe(
                        new java.nio.file.FileSystemException("/d/f", null, "Disk quota exceeded"), "/d"))
                .isEqualTo("The disk quota for /d is used up: free some space, or raise it");
        assertThat(DiskTrouble.describe(new AccessDeniedException("/d"), "/d"))
                .isEqualTo("No permission to write to /d: give it to the user that this process runs as");
        assertThat(DiskTrouble.describe(
                        new java.nio.file.FileSystemException("/d", null, "Read-only file system"), "/d"))
                .isEqualTo("/d is on a read-only file system: mount it writable, or change path");
        assertThat(DiskTrouble.describe(new IOException(), "/d")).isEqualTo("Cannot write to /d: java.io.IOException");
    }

    @Test
    void isFoundByName() {
        assertThat(ServiceLoader.load(OutputModuleProvider.class))
                .extracting(OutputModuleProvider::name)
                .contains("log", "save_to_disk");
        OutputModule module = module(Map.of());
        assertThat(module.concurrency()).isEqualTo(16);
        assertThat(module.timeout()).isEqualTo(Duration.ZERO);
    }

    private Path leftover(String name, Duration age) throws IOException {
        Path file = Files.writeString(base.resolve(name), "x");
        return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
    }

    private OutputModule module(Map<String, ?> values) {
        Settings settings = settings(values);
        OutputModule module = new SaveToDiskProvider().create(settings, null);
        assertThat(settings.problems()).isEmpty();
        return module;
    }

    private Settings settings(Map<String, ?> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("base_dir", base.toString());
        return Settings.of(all, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(base.resolve(folder))) {
            return files.toList();
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve(path)));
    }

    private static WebhookEvent event(String id, byte[] body) {
        return new WebhookEvent(id, "shop", NOW, Headers.empty(), body);
    }
}

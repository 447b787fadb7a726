package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.util.LibraryLoaderUtil;

class SqliteLibraryTest {

    private static final String PATH = "org.sqlite.lib.path";

    private final String before = System.getProperty(PATH);

    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        if (before == null) {
            System.clearProperty(PATH);
        } else {
            System.setProperty(PATH, before);
        }
    }

    /** It is loaded by the test of {@code unpack}, in a process of its own: two copies in one end the JVM. */
    @Test
    void theLibraryOfThisMachineIsCopiedAsItIs() throws Exception {
        Path directory = folder.resolve("lib/native");

        SqliteLibrary.copyTo(directory);

        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream original = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            assertThat(directory.resolve(name)).hasBinaryContent(original.readAllBytes());
        }
    }

    @Test
    void theDriverIsToldOfADirectoryThatIsThere() throws Exception {
        System.clearProperty(PATH);

        SqliteLibrary.loadFrom(folder.resolve("missing"));
        assertThat(System.getProperty(PATH)).isNull();
        SqliteLibrary.loadFrom(Files.createDirectory(folder.resolve("there")));
        assertThat(System.getProperty(PATH))
                .isEqualTo(folder.resolve("there").toAbsolutePath().toString());
    }

    @Test
    void whatTheOperatorSaysStays() {
        System.setProperty(PATH, "elsewhere");

        SqliteLibrary.loadFrom(folder);

        assertThat(System.getProperty(PATH)).isEqualTo("elsewhere");
    }
}

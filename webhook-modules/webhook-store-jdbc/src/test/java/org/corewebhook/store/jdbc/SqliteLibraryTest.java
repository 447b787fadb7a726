package org.corewebhook.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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

    @Test
    void theLibraryOfThisMachineIsCopiedAndCanBeLoaded() throws Exception {
        Path directory = folder.resolve("lib/native");

        SqliteLibrary.copyTo(directory);

        Path library = directory.resolve(LibraryLoaderUtil.getNativeLibName());
        assertThat(library).isNotEmptyFile();
        assertThatCode(() -> System.load(library.toAbsolutePath().toString())).doesNotThrowAnyException();
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

package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The native library of SQLite in a place that stays. Left to itself the driver copies it out of its jar to the
 * temporary directory at each start, and starts a process to find out which one: 0.1 s. Stateless and thread-safe.
 */
public final class SqliteLibrary {

    private static final String PATH = "org.sqlite.lib.path";

    private SqliteLibrary() {}

    /** Copies the library for this machine to a directory, which is created; none if the driver has none for it. */
    public static void copyTo(Path directory) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (library != null) {
                Files.copy(library, Files.createDirectories(directory).resolve(name));
            }
        }
    }

    /**
     * Lets the driver load the library from this directory if it is there; call it before a store is opened. A library
     * that does not fit this machine, and the property {@value #PATH}, leave all as it was.
     */
    public static void loadFrom(Path directory) {
        if (System.getProperty(PATH) == null && Files.isDirectory(directory)) {
            System.setProperty(PATH, directory.toAbsolutePath().toString());
        }
    }
}

package org.corewebhook.output;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** The temporary files of a folder, which stay behind when the process dies while it writes one. */
final class LeftoverFiles {

    /** Younger ones may belong to another process that writes to the same folder. */
    private static final Duration MIN_AGE = Duration.ofHours(1);

    private static final Pattern TEMPORARY_NAME = Pattern.compile("\\.[A-Za-z0-9_-]{1,100}\\.[0-9a-f]{16}\\.tmp");

    private final Path folder;
    private final Clock clock;

    LeftoverFiles(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Returns the name of a temporary file; the number keeps two writers of one event apart. */
    static String temporaryName(String name, long number) {
        return String.format(".%s.%016x.tmp", name, number);
    }

    /** Removes what no one can be writing any more; other files are left alone. */
    void remove() throws IOException {
        Instant latest = clock.instant().minus(MIN_AGE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.tmp")) {
            for (Path file : files) {
                if (TEMPORARY_NAME.matcher(file.getFileName().toString()).matches() && isOlder(file, latest)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isOlder(Path file, Instant latest) throws IOException {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(latest);
        } catch (NoSuchFileException e) {
            return false; // its writer has finished it meanwhile
        }
    }
}

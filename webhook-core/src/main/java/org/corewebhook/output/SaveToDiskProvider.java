package org.corewebhook.output;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.jspecify.annotations.Nullable;

/**
 * The output {@code save_to_disk}: writes the exact bytes of each event to a file of its own, named by the event's id,
 * or with {@code "mode": "append"} many events to one file.
 *
 * <p>Settings: {@code path} (the base folder): the folder for the files, relative to the base folder or inside of it;
 * {@code base_dir} (the working directory): nothing is written outside of it; {@code extension}
 * ({@value #DEFAULT_EXTENSION}); {@code fsync} (true): a file is on the disk when its event counts as delivered. With
 * {@code mode} {@code append}: {@code format} ({@code ndjson}, or {@code frames}: see {@link EventRecord}),
 * {@code rotate_bytes} (64 MiB) and {@code rotate_after} (1 h): after which a new file is begun. Folders are made with
 * mode 0700, files with 0600. Thread-safe.
 */
public final class SaveToDiskProvider implements OutputModuleProvider {

    private static final String DEFAULT_EXTENSION = "txt";
    private static final long DEFAULT_ROTATE_BYTES = 64L << 20;
    private static final long MIN_ROTATE_BYTES = 1024;
    private static final Duration DEFAULT_ROTATE_AFTER = Duration.ofHours(1);

    @Override
    public String name() {
        return "save_to_disk";
    }

    @Override
    public OutputModule create(Settings settings, @Nullable SharedConnection connection) {
        Path base = path(settings, "base_dir", "").toAbsolutePath().normalize();
        Path folder = folder(settings, base);
        boolean fsync = settings.flag("fsync", true);
        EventFolder events = new EventFolder(base, folder, fsync, settings.clock());
        if (settings.oneOf("mode", "files", "files", "append").equals("append")) {
            return new AppendToDisk(events, fsync, format(settings), rotation(settings), settings.clock());
        }
        return new SaveToDisk(events, extension(settings));
    }

    private static EventRecord format(Settings settings) {
        return settings.oneOf("format", "ndjson", "ndjson", "frames").equals("frames")
                ? EventRecord.FRAMES
                : EventRecord.NDJSON;
    }

    private static AppendToDisk.Rotation rotation(Settings settings) {
        return new AppendToDisk.Rotation(
                settings.size("rotate_bytes", DEFAULT_ROTATE_BYTES, MIN_ROTATE_BYTES, Long.MAX_VALUE),
                settings.duration("rotate_after", DEFAULT_ROTATE_AFTER, Duration.ofSeconds(1), Duration.ofDays(366)));
    }

    private static Path folder(Settings settings, Path base) {
        Path path = path(settings, "path", ".");
        Path folder = base.resolve(path).normalize();
        for (Path name : path) {
            if (name.toString().equals("..")) {
                settings.problem("path", "Must not contain ..: name a folder inside base_dir, " + base);
                return base;
            }
        }
        try {
            if (folder.startsWith(base) && RealPaths.isInside(folder, base)) {
                return folder;
            }
            settings.problem(
                    "path", "Must stay inside base_dir, " + base + ": name a folder there, or set base_dir to another");
        } catch (IOException e) {
            settings.problem("path", "Cannot be checked against base_dir, " + base + ": " + e);
        }
        return base;
    }

    private static Path path(Settings settings, String key, String defaultValue) {
        String text = settings.string(key, defaultValue);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            settings.problem(key, "Is not a path: " + e.getReason());
            return Path.of(defaultValue);
        }
    }

    private static String extension(Settings settings) {
        String extension = settings.string("extension", DEFAULT_EXTENSION);
        boolean plain = !extension.isEmpty()
                && extension.length() <= 16
                && extension.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c));
        if (!plain) {
            settings.problem("extension", "Must be 1 to 16 letters and digits, without the dot");
            return DEFAULT_EXTENSION;
        }
        return extension;
    }
}

package org.corewebhook.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Compares paths by where they lead on the disk. */
final class RealPaths {

    private RealPaths() {}

    /** Tells whether a path is inside a folder, or is it, once all symbolic links are followed; neither must exist. */
    static boolean isInside(Path path, Path folder) throws IOException {
        return real(path).startsWith(real(folder));
    }

    /** Follows the links in the part that exists and appends the rest; a link that leads nowhere is an error. */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path existing = absolute;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
    }
}

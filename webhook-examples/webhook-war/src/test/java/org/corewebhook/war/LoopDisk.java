package org.corewebhook.war;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.corewebhook.testkit.server.TestPrograms;

/**
 * A small ext4 file system in a file, mounted over a loop device: a disk that can be full, and whose content can be
 * copied as a power cut would leave it. Needs root; without it, run Maven with {@code -DexcludedGroups=mount}.
 */
final class LoopDisk implements AutoCloseable {

    private final Path image;
    private final Path folder;

    private LoopDisk(Path image, Path folder) {
        this.image = image;
        this.folder = folder;
    }

    /** Makes and mounts an empty one, so many MiB large. */
    static LoopDisk create(Path image, int mebibytes) throws IOException {
        Files.write(image, new byte[0]);
        run("truncate", "-s", mebibytes + "M", image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        return mount(image);
    }

    /** Mounts a copy of what the disk holds at this moment, without what the system has not written to it yet. */
    LoopDisk afterPowerCut(Path copy) throws IOException {
        run("cp", "--sparse=always", image.toString(), copy.toString());
        return mount(copy);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        run("umount", "--lazy", folder.toString()); // also if something should still use it: nothing may stay behind
    }

    private static LoopDisk mount(Path image) throws IOException {
        Path folder = Files.createDirectory(image.resolveSibling(image.getFileName() + ".mounted"));
        // no commits of the journal in the background: only what was synchronised is on the disk
        run("mount", "-o", "loop,commit=300", image.toString(), folder.toString());
        return new LoopDisk(image, folder);
    }

    private static void run(String... command) throws IOException {
        try {
            TestPrograms.run(Path.of("."), command);
        } catch (IllegalStateException e) {
            throw new IOException(
                    "This test mounts an image of a disk: run it as root where loop devices exist, or leave it out with"
                            + " -DexcludedGroups=mount",
                    e);
        }
    }
}

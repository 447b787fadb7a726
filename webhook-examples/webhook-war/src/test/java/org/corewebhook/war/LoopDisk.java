package org.corewebhook.war;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
    static LoopDisk create(Path image, int mebibytes) throws IOException, InterruptedException {
        Files.write(image, new byte[0]);
        run(List.of("truncate", "-s", mebibytes + "M", image.toString()));
        run(List.of("mkfs.ext4", "-q", "-F", "-m", "0", image.toString()));
        return mount(image);
    }

    /** Mounts a copy of what the disk holds at this moment, without what the system has not written to it yet. */
    LoopDisk afterPowerCut(Path copy) throws IOException, InterruptedException {
        run(List.of("cp", "--sparse=always", image.toString(), copy.toString()));
        return mount(copy);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // lazily, if something should still use it: nothing of a test may stay behind
        if (exitCode(List.of("umount", folder.toString())) != 0) {
            run(List.of("umount", "--lazy", folder.toString()));
        }
    }

    private static LoopDisk mount(Path image) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(image.resolveSibling(image.getFileName() + ".mounted"));
        // no commits of the journal in the background: only what was synchronised is on the disk
        run(List.of("mount", "-o", "loop,commit=300", image.toString(), folder.toString()));
        return new LoopDisk(image, folder);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int code = exitCode(command);
        if (code != 0) {
            throw new IOException(command + " ended with " + code
                    + ". This test mounts an image of a disk: run it as root where loop devices exist, or leave it out"
                    + " with -DexcludedGroups=mount");
        }
    }

    private static int exitCode(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " did not end");
        }
        return process.exitValue();
    }
}

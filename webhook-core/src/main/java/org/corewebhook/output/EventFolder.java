package org.corewebhook.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A folder in which files appear whole or not at all, and stay if {@code fsync} is on: each is written under another
 * name, forced to the disk, renamed, and then the folder is forced, too (a rename is a change of the folder).
 *
 * <p>Made when it is first written to, and again if somebody removes it. Thread-safe.
 */
final class EventFolder {

    /** Java copies what it writes to memory outside of the heap that it keeps for each thread; so in small pieces. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final Path base;
    private final Path path;
    private final boolean fsync;
    private final boolean posix;
    private final LeftoverFiles leftovers;
    private final FolderSync folderSync;
    private final ReentrantLock preparing = new ReentrantLock();
    private volatile boolean prepared;

    EventFolder(Path base, Path path, boolean fsync, Clock clock) {
        this.base = base;
        this.path = path;
        this.posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        this.fsync = fsync;
        this.folderSync = new FolderSync(path);
        this.leftovers = new LeftoverFiles(path, clock);
    }

    /** What became of a file. */
    enum Saved {
        WRITTEN,
        SAME_CONTENT_THERE,
        OTHER_CONTENT_THERE
    }

    /** Writes a file with these bytes unless there is one of that name. */
    Saved save(String name, String extension, byte[] content) throws IOException {
        prepare();
        Path file = path.resolve(name + "." + extension);
        Saved saved = Files.exists(file) ? compare(file, content) : write(name, file, content);
        if (fsync && posix) { // other systems cannot open a folder, and do not need to
            // also for a file that was there: the process may have died before it came to this
            folderSync.force();
        }
        return saved;
    }

    /** Makes a new file to write to, whose name is on the disk when this returns. */
    FileChannel create(String fileName) throws IOException {
        prepare();
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            FileChannel channel = FileChannel.open(path.resolve(fileName), options, permissions("rw-------"));
            if (fsync && posix) {
                folderSync.force();
            }
            return channel;
        } catch (NoSuchFileException e) {
            prepared = false;
            throw e;
        }
    }

    /** Tells whether the folder is where it was made. */
    boolean isThere() {
        return Files.isDirectory(path);
    }

    private void prepare() throws IOException {
        if (prepared) {
            return;
        }
        preparing.lock();
        try {
            if (!prepared) {
                createFolder();
                leftovers.remove();
                prepared = true;
            }
        } finally {
            preparing.unlock();
        }
    }

    private void createFolder() throws IOException {
        Path existing = path;
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!RealPaths.isInside(path, base)) {
            throw new IOException("a symbolic link leads out of base_dir, " + base);
        }
        Files.createDirectories(path, permissions("rwx------"));
        Path parent = path.getParent();
        while (fsync && posix && parent != null && parent.startsWith(existing)) {
            new FolderSync(parent).force();
            parent = parent.getParent();
        }
    }

    private static Saved compare(Path file, byte[] content) throws IOException {
        boolean same = Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
        return same ? Saved.SAME_CONTENT_THERE : Saved.OTHER_CONTENT_THERE;
    }

    private Saved write(String name, Path file, byte[] content) throws IOException {
        Path temporary = path.resolve(
                LeftoverFiles.temporaryName(name, ThreadLocalRandom.current().nextLong()));
        try {
            writeAll(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return Saved.WRITTEN;
        } catch (NoSuchFileException e) {
            prepared = false;
            throw e;
        } catch (IOException e) {
            remove(temporary, e);
            throw e;
        }
    }

    private void writeAll(Path temporary, byte[] content) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, permissions("rw-------"))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.position() < content.length) {
                rest.limit(Math.min(content.length, rest.position() + WRITE_BYTES));
                channel.write(rest);
            }
            if (fsync) {
                channel.force(true);
            }
        }
    }

    private static void remove(Path temporary, IOException reason) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private FileAttribute<?>[] permissions(String mode) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

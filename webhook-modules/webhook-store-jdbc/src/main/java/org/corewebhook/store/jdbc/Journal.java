package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of fixed size beside the database that new events are appended to: one record each, and one for the sequences
 * of those that have ended. It is written from its beginning again when all of its events have ended or are rows.
 *
 * <p>What a record is worth is decided by its token: only records with the token that the database names count, all
 * others are left over from an earlier round. It is random, as the salts of SQLite's own log are
 * (sqlite.org/fileformat2.html#walformat): a body that looks like a record must not become an event. Used by one
 * thread.
 */
class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    /** A round takes about 6,000 events of 1 KiB; larger files gain nothing measurable. */
    static final int CAPACITY = 8 << 20;

    /** Writes begin on a page of their own: a torn one harms nothing that was confirmed before. */
    private static final int PAGE = 4096;

    private static final int EVENT = 0x43574831;
    private static final int ENDED = 0x43574832;

    /** Checksum of what follows it, kind, length of the content, token, sequence. */
    private static final int HEADER = 3 * Integer.BYTES + 2 * Long.BYTES;

    private static final int BUFFER = 1 << 20;

    private final Path file;
    private final boolean synchronous;
    private final CRC32C checksum = new CRC32C();
    private @Nullable FileChannel channel;
    private @Nullable ByteBuffer buffer;
    private long position;

    Journal(Path file, boolean synchronous) {
        this.file = file;
        this.synchronous = synchronous;
    }

    /**
     * What a journal holds.
     *
     * @param entries events that have not ended, in order of sequence
     * @param lastSequence the highest sequence in it, or 0
     */
    record Content(List<JournalEntry> entries, long lastSequence) {}

    Path file() {
        return file;
    }

    /** Returns an upper bound of the bytes that the event takes. */
    static long length(JournalEntry entry) {
        return (long) HEADER + entry.maxLength();
    }

    /** Returns an upper bound of the bytes that a note of so many ends takes. */
    static long length(int ended) {
        return HEADER + (long) Long.BYTES * ended;
    }

    /** Tells whether one write of so many bytes fits in. */
    boolean hasRoom(long bytes) {
        return position + bytes <= CAPACITY;
    }

    /** Goes on at the beginning; what is in the file must not be needed any more, and the next token be another. */
    void restart() {
        position = 0;
    }

    /** Writes the events and ends; returns when that is durable. After a failure it goes on with {@link #restart}. */
    void write(long token, List<JournalEntry> entries, Collection<Long> ended) throws IOException {
        FileChannel open = open();
        try {
            write(open, token, entries, ended);
        } catch (IOException e) {
            close(); // an interrupted thread has closed it already
            throw e;
        }
    }

    private void write(FileChannel open, long token, List<JournalEntry> entries, Collection<Long> ended)
            throws IOException {
        ByteBuffer out = buffer;
        if (out == null) {
            out = ByteBuffer.allocateDirect(BUFFER);
            buffer = out;
        }
        out.clear();
        long at = position;
        for (JournalEntry entry : entries) {
            if (out.remaining() < length(entry)) {
                at = flush(open, out, at);
            }
            int start = begin(out);
            entry.encode(out);
            end(out, start, EVENT, token, entry.sequence());
        }
        if (!ended.isEmpty()) {
            if (out.remaining() < length(ended.size())) {
                at = flush(open, out, at);
            }
            int start = begin(out);
            ended.forEach(out::putLong);
            end(out, start, ENDED, token, 0);
        }
        at = flush(open, out, at);
        if (synchronous) {
            open.force(false);
        }
        position = (at + PAGE - 1) / PAGE * PAGE;
    }

    private static int begin(ByteBuffer out) {
        int start = out.position();
        out.position(start + HEADER);
        return start;
    }

    private void end(ByteBuffer out, int start, int kind, long token, long sequence) {
        int end = out.position();
        out.position(start + Integer.BYTES);
        out.putInt(kind).putInt(end - start - HEADER).putLong(token).putLong(sequence);
        out.putInt(start, checksum(out, start, end));
        out.position(end);
    }

    private int checksum(ByteBuffer bytes, int start, int end) {
        ByteBuffer covered = bytes.duplicate();
        covered.limit(end).position(start + Integer.BYTES);
        checksum.reset();
        checksum.update(covered);
        return (int) checksum.getValue();
    }

    private static long flush(FileChannel open, ByteBuffer out, long at) throws IOException {
        long to = at;
        out.flip();
        while (out.hasRemaining()) {
            to += open.write(out, to);
        }
        out.clear();
        return to;
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                takeSpace(open);
            } catch (IOException e) {
                open.truncate(0);
                open.close();
                throw e;
            }
            channel = open;
        }
        return open;
    }

    /** Before it is needed: then a write does not change the file's size, which takes longer to make durable. */
    private void takeSpace(FileChannel open) throws IOException {
        long at = open.size();
        if (at < CAPACITY) {
            while (at < CAPACITY) {
                at += open.write(ByteBuffer.allocate((int) Math.min(BUFFER, CAPACITY - at)), at);
            }
            open.force(true);
            syncFolder();
        }
    }

    /** A new file must be found again after a power cut. */
    private void syncFolder() {
        try (FileChannel folder =
                FileChannel.open(file.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            log.debug("Folders cannot be synchronised on this system", e); // Windows: it does so by itself
        }
    }

    /**
     * Reads what has this token. After bytes that are no such record, it looks at the beginning of every page: what is
     * damaged does not hide what comes after it.
     */
    Content read(long token) throws IOException {
        if (!Files.exists(file)) {
            return new Content(List.of(), 0);
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        List<JournalEntry> entries = new ArrayList<>();
        Set<Long> ended = new HashSet<>();
        long last = 0;
        int at = 0;
        while (at + HEADER <= in.capacity()) {
            int length = in.getInt(at + 2 * Integer.BYTES);
            boolean whole = length >= 0 && length <= in.capacity() - at - HEADER;
            if (!whole || in.getLong(at + 3 * Integer.BYTES) != token || !isSound(in, at, at + HEADER + length)) {
                at = (at / PAGE + 1) * PAGE;
                continue;
            }
            ByteBuffer content = in.duplicate();
            content.limit(at + HEADER + length).position(at + HEADER);
            if (in.getInt(at + Integer.BYTES) == EVENT) {
                JournalEntry entry = JournalEntry.decode(in.getLong(at + 3 * Integer.BYTES + Long.BYTES), content);
                entries.add(entry);
                last = Math.max(last, entry.sequence());
            } else {
                while (content.hasRemaining()) {
                    long end = content.getLong();
                    ended.add(end);
                    last = Math.max(last, end); // its event may be damaged, but the number must not be given again
                }
            }
            at += HEADER + length;
        }
        entries.removeIf(entry -> ended.contains(entry.sequence()));
        return new Content(entries, last);
    }

    private boolean isSound(ByteBuffer in, int start, int end) {
        return checksum(in, start, end) == in.getInt(start);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}

package org.corewebhook.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to segment files, all of a batch with one synchronisation of the disk; see {@link SaveToDiskProvider}.
 *
 * <p>Each process begins files of its own and never writes to one that was there, so that what a crash has torn is the
 * end of a file that nobody goes on with. What could not be written whole is cut off again.
 */
final class AppendToDisk implements OutputModule {

    private static final int MAX_BATCH = 500;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'events-'uuuuMMdd'T'HHmmss.SSS'Z-'").withZone(ZoneOffset.UTC);

    private final EventFolder folder;
    private final boolean fsync;
    private final EventRecord format;
    private final Rotation rotation;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FileChannel segment;
    private Instant begun = Instant.EPOCH;
    private boolean closed;

    AppendToDisk(EventFolder folder, boolean fsync, EventRecord format, Rotation rotation, Clock clock) {
        this.folder = folder;
        this.fsync = fsync;
        this.format = format;
        this.rotation = rotation;
        this.clock = clock;
    }

    /**
     * When a new segment is begun.
     *
     * @param bytes a segment that has so many gets no more
     * @param after a segment that is so old gets no more
     */
    record Rotation(long bytes, Duration after) {}

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        DeliveryException failure = deliverAll(List.of(event)).get(0).failure();
        if (failure != null) {
            throw failure;
        }
    }

    /** All of them or none. */
    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        List<ByteBuffer> records = new ArrayList<>(events.size());
        events.forEach(event -> records.add(ByteBuffer.wrap(format.of(event))));
        lock.lock();
        try {
            append(records);
            return Collections.nCopies(events.size(), DeliveryOutcome.delivered());
        } catch (IOException e) {
            DeliveryException failure = DeliveryException.retryable(DiskTrouble.describe(e, folder.toString()), e);
            return Collections.nCopies(events.size(), DeliveryOutcome.failed(failure));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    /** Zero: a local write, not worth a watch. */
    @Override
    public Duration timeout() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            endSegment();
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(AppendToDisk.class).warn("A segment in {} did not close", folder, e);
        } finally {
            lock.unlock();
        }
    }

    private void append(List<ByteBuffer> records) throws IOException {
        FileChannel open = segment();
        long before = open.position();
        try {
            for (ByteBuffer record : records) {
                while (record.hasRemaining()) {
                    open.write(record);
                }
            }
            if (fsync) {
                open.force(false);
            }
        } catch (IOException e) {
            takeBack(open, before, e);
            throw e;
        }
    }

    private FileChannel segment() throws IOException {
        if (closed) {
            throw new IOException("the output is closed");
        }
        FileChannel open = segment;
        Instant now = clock.instant();
        if (open != null
                && open.position() < rotation.bytes()
                && now.isBefore(begun.plus(rotation.after()))
                && folder.isThere()) {
            return open;
        }
        endSegment();
        String name = NAME.format(now) + UUID.randomUUID().toString().substring(0, 8) + "." + format.key();
        FileChannel begunNow = folder.create(name);
        segment = begunNow;
        begun = now;
        return begunNow;
    }

    /** What is left behind of a failed batch would be read as events that were never confirmed. */
    private void takeBack(FileChannel open, long length, IOException reason) {
        try {
            open.truncate(length);
            endSegment();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        segment = null;
    }

    private void endSegment() throws IOException {
        FileChannel open = segment;
        segment = null;
        if (open != null) {
            open.close();
        }
    }
}

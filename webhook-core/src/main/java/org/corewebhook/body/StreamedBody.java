package org.corewebhook.body;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Reads a body from the connection, taking memory only for what has arrived: a length that was announced and never sent
 * costs nothing.
 */
final class StreamedBody implements RequestBody {

    private static final int MAX_CHUNK = 1 << 20;
    private static final int FIRST_CHUNK = 16 * 1024;

    private final InputStream stream;
    private final long declaredLength;
    private boolean waiting;

    StreamedBody(InputStream stream, long declaredLength) {
        this.stream = stream;
        this.declaredLength = declaredLength;
    }

    @Override
    public long declaredLength() {
        return declaredLength;
    }

    @Override
    public byte[] read(long maxBytes, Duration timeout, BodyBudget.Reservation reservation) {
        if (declaredLength > maxBytes) {
            throw BodyRefusedException.tooLarge(declaredLength, maxBytes);
        }
        try {
            return readAll(maxBytes, timeout, reservation);
        } catch (IOException e) {
            throw isTimeout(e) ? BodyRefusedException.silent(e) : BodyRefusedException.broken(e);
        } finally {
            if (waiting) {
                reservation.endWaiting();
            }
        }
    }

    private byte[] readAll(long maxBytes, Duration timeout, BodyBudget.Reservation reservation) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        return declaredLength >= 0 && declaredLength <= BodyBudget.SMALL
                ? readExactly((int) declaredLength, timeout, deadline, reservation)
                : readChunks(maxBytes, timeout, deadline, reservation);
    }

    /** Tomcat wraps the one, Jetty the other. */
    private static boolean isTimeout(IOException e) {
        return e instanceof SocketTimeoutException
                || e.getCause() instanceof SocketTimeoutException
                || e.getCause() instanceof TimeoutException;
    }

    private byte[] readExactly(int length, Duration timeout, long deadline, BodyBudget.Reservation reservation)
            throws IOException {
        reservation.grow(length);
        byte[] bytes = new byte[length];
        int read = fill(bytes, timeout, deadline, reservation);
        if (read < length) {
            throw BodyRefusedException.broken(new IOException("Expected " + length + " bytes, got " + read));
        }
        return bytes;
    }

    private byte[] readChunks(long maxBytes, Duration timeout, long deadline, BodyBudget.Reservation reservation)
            throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        long total = 0;
        int size = FIRST_CHUNK;
        int read = size;
        while (read == size) {
            size = (int) Math.min(Math.min(MAX_CHUNK, FIRST_CHUNK + total), maxBytes + 1 - total);
            reservation.grow(size);
            byte[] chunk = new byte[size];
            read = fill(chunk, timeout, deadline, reservation);
            total += read;
            if (total > maxBytes) {
                throw BodyRefusedException.tooLarge(total, maxBytes);
            }
            chunks.add(chunk);
        }
        if (declaredLength >= 0 && total < declaredLength) {
            throw BodyRefusedException.broken(new IOException("Expected " + declaredLength + " bytes, got " + total));
        }
        return join(chunks, (int) total, reservation);
    }

    private static byte[] join(List<byte[]> chunks, int total, BodyBudget.Reservation reservation) {
        if (chunks.size() == 1) {
            byte[] only = chunks.get(0);
            reservation.shrink(only.length - total);
            return Arrays.copyOf(only, total);
        }
        reservation.grow(total);
        byte[] bytes = new byte[total];
        int position = 0;
        for (byte[] chunk : chunks) {
            int length = Math.min(chunk.length, total - position);
            System.arraycopy(chunk, 0, bytes, position, length);
            position += length;
            reservation.shrink(chunk.length);
        }
        return bytes;
    }

    /**
     * Fills the buffer as far as the stream goes; returns the bytes that were read. What is here is read without
     * counting as a body that is waited for.
     */
    private int fill(byte[] buffer, Duration timeout, long deadline, BodyBudget.Reservation reservation)
            throws IOException {
        int position = 0;
        while (position < buffer.length) {
            if (!waiting && stream.available() == 0) {
                reservation.beginWaiting();
                waiting = true;
            }
            int read = stream.read(buffer, position, buffer.length - position);
            if (read < 0) {
                return position;
            }
            position += read;
            if (position < buffer.length && System.nanoTime() - deadline > 0) {
                throw BodyRefusedException.tooSlow(timeout);
            }
        }
        return position;
    }
}

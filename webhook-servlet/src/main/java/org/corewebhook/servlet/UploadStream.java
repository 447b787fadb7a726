package org.corewebhook.servlet;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a request as it comes in. Opens the container's stream only when somebody reads, so that a sender who
 * asked with {@code Expect: 100-continue} (RFC 9110, 10.1.1) is told to go on only if the body is wanted.
 *
 * <p>Many senders read the answer only after they have sent everything: what is left of a refused upload is read and
 * thrown away, up to a limit, so that the answer reaches them. Used by one thread.
 */
final class UploadStream extends InputStream {

    private static final Logger log = LoggerFactory.getLogger(UploadStream.class);
    private static final long MAX_DRAINED_BYTES = 32L << 20;
    private static final long MAX_DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Drains that hold a thread each until the rest has come: more could take all threads of the container. */
    static final int MAX_SLOW_DRAINS = 75;

    private final HttpServletRequest request;
    private final Semaphore slowDrains;
    private final long declaredLength;
    private @Nullable InputStream stream;
    private long read;
    private boolean ended;
    private boolean finishedAtFirst;

    /** Reads the body of this request; drains of all requests that may be slow share the permits. */
    UploadStream(HttpServletRequest request, Semaphore slowDrains) {
        this.request = request;
        this.slowDrains = slowDrains;
        this.declaredLength = request.getContentLengthLong();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        InputStream source = stream;
        if (source == null) {
            source = open();
            stream = source;
        }
        int count = source.read(buffer, offset, length);
        if (count < 0) {
            ended = true;
        } else {
            read += count;
        }
        return count;
    }

    /** Does not count as having begun to read: a sender that waits for a word is not sent one by this. */
    @Override
    public int available() throws IOException {
        return (stream == null ? request.getInputStream() : stream).available();
    }

    private InputStream open() throws IOException {
        ServletInputStream opened = request.getInputStream();
        finishedAtFirst = opened.isFinished();
        return opened;
    }

    /**
     * Tells whether somebody else had read the body before: the stream came to a regular end, and too early. A
     * connection that breaks is an {@link IOException} instead.
     */
    boolean wasConsumedBefore() {
        return ended && (read < declaredLength || (read == 0 && leavesTraces()));
    }

    /** Jetty does not tell its stream what it has parsed itself. */
    private boolean leavesTraces() {
        return (finishedAtFirst && mayHaveBody()) || ParsedBody.isPresent(request);
    }

    /**
     * Reads and throws away what is left, unless it has to be waited for and too many others wait. Done before the
     * answer is written, since Tomcat closes the request with it.
     *
     * @return whether nothing is left, so that the connection can serve another request
     */
    boolean drain() {
        if (isRefusedUnsent()) {
            return false;
        }
        if (ended || read == declaredLength || !mayHaveBody()) {
            return true;
        }
        if (declaredLength - read > MAX_DRAINED_BYTES) {
            return false;
        }
        try {
            return drainRest();
        } catch (IOException e) {
            log.debug("The sender went away before its upload was complete", e);
            return false;
        }
    }

    private boolean drainRest() throws IOException {
        byte[] buffer = new byte[8192];
        long limit = read + MAX_DRAINED_BYTES;
        long deadline = System.nanoTime() + MAX_DRAIN_NANOS;
        boolean slow = false;
        try {
            while (!ended && read != declaredLength && read < limit && System.nanoTime() - deadline < 0) {
                if (!slow && available() == 0) {
                    slow = slowDrains.tryAcquire();
                    if (!slow) {
                        return false;
                    }
                }
                read(buffer, 0, buffer.length);
            }
        } finally {
            if (slow) {
                slowDrains.release();
            }
        }
        return ended || read == declaredLength;
    }

    /** Tells whether the sender still waits for a word before it sends the body, and will not send it now. */
    private boolean isRefusedUnsent() {
        return stream == null && "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    private boolean mayHaveBody() {
        return declaredLength > 0 || request.getHeader("Transfer-Encoding") != null;
    }
}

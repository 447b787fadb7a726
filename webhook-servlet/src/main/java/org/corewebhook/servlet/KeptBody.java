package org.corewebhook.servlet;

import java.time.Duration;
import org.corewebhook.ErrorKind;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.body.BodyRefusedException;
import org.corewebhook.body.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, read when it is first wanted, within the filter's limits, and kept for all who want it
 * later.
 *
 * <p>Remembers why it could not be read: a validator that swallows the exception cannot hide it. Used by one thread.
 */
final class KeptBody implements RequestBody {

    private final UploadStream upload;
    private final RequestBody source;
    private final long maxBytes;
    private final Duration timeout;
    private final BodyBudget.Reservation reservation;
    private byte @Nullable [] bytes;
    private @Nullable RuntimeException failure;

    KeptBody(
            UploadStream upload,
            long declaredLength,
            long maxBytes,
            Duration timeout,
            BodyBudget.Reservation reservation) {
        this.upload = upload;
        this.source = RequestBody.of(upload, declaredLength);
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.reservation = reservation;
    }

    @Override
    public long declaredLength() {
        return source.declaredLength();
    }

    /** The filter's own limits hold: nobody sets any on a request outside of a processor. */
    @Override
    public byte[] read(long ofRequest, Duration timeoutOfRequest, BodyBudget.Reservation ofProcessor) {
        return bytes();
    }

    /** Returns the bytes; the array is shared by all who ask. */
    byte[] bytes() {
        throwFailure();
        byte[] read = bytes;
        if (read == null) {
            try {
                read = readOnce();
                bytes = read;
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }
        return read;
    }

    /** Throws what kept the body from being read, if it was tried. */
    void throwFailure() {
        RuntimeException earlier = failure;
        if (earlier != null) {
            throw earlier;
        }
    }

    /** Throws if the sender announces more than is taken. */
    void refuseTooLarge() {
        if (declaredLength() > maxBytes) {
            throw BodyRefusedException.tooLarge(declaredLength(), maxBytes);
        }
    }

    /**
     * Reads what a refused sender still has to say, unless that takes too long already or cannot be read.
     *
     * @return whether the connection can be used again
     */
    boolean drain() {
        boolean slow = failure instanceof BodyRefusedException refused && refused.kind() == ErrorKind.REQUEST_TIMEOUT;
        return !slow && !(failure instanceof BodyConsumedException) && upload.drain();
    }

    private byte[] readOnce() {
        byte[] read;
        try {
            read = source.read(maxBytes, timeout, reservation);
        } catch (BodyRefusedException e) {
            throw upload.wasConsumedBefore() ? new BodyConsumedException(e) : e;
        } catch (IllegalStateException e) { // somebody has called getReader(), the servlet specification says
            throw new BodyConsumedException(e);
        }
        if (upload.wasConsumedBefore()) {
            throw new BodyConsumedException(null);
        }
        return read;
    }
}

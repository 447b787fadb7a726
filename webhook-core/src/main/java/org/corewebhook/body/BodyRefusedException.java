package org.corewebhook.body;

import java.time.Duration;
import org.corewebhook.ErrorKind;
import org.jspecify.annotations.Nullable;

/** Thrown when a body is too large, too slow, broken off, or when there is no memory left for it now. */
public final class BodyRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final transient @Nullable Duration retryAfter;

    BodyRefusedException(ErrorKind kind, String detail, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(detail, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** Returns the refusal of a body over the limit; {@code bytes} as announced, or as read so far. */
    public static BodyRefusedException tooLarge(long bytes, long maxBytes) {
        String detail = "Payload too large: " + bytes + " bytes (max: " + maxBytes + ")";
        return new BodyRefusedException(ErrorKind.PAYLOAD_TOO_LARGE, detail, null, null);
    }

    /** Returns the refusal of a body for which there is no memory now. */
    static BodyRefusedException noMemory() {
        String detail = "Too many payloads are being received, retry later";
        return new BodyRefusedException(ErrorKind.UNAVAILABLE, detail, Duration.ofSeconds(1), null);
    }

    /** Returns the refusal of a body that is not here yet while very many are waited for. */
    static BodyRefusedException tooManyAwaited() {
        String detail = "Too many payloads are slow to arrive, retry later";
        return new BodyRefusedException(ErrorKind.UNAVAILABLE, detail, Duration.ofSeconds(1), null);
    }

    /** Returns the refusal of a body that trickles in. */
    static BodyRefusedException tooSlow(Duration limit) {
        String detail = "The request body did not arrive within " + limit.toSeconds() + " seconds";
        return new BodyRefusedException(ErrorKind.REQUEST_TIMEOUT, detail, null, null);
    }

    /** Returns the refusal of a body of which nothing more has come for as long as the container waits. */
    static BodyRefusedException silent(Throwable cause) {
        String detail = "The request body did not arrive: the sender fell silent";
        return new BodyRefusedException(ErrorKind.REQUEST_TIMEOUT, detail, null, cause);
    }

    /** Returns the refusal of a body that broke off. */
    static BodyRefusedException broken(Throwable cause) {
        return new BodyRefusedException(ErrorKind.MALFORMED, "Failed to read request body", null, cause);
    }

    /** Returns the kind of refusal. */
    public ErrorKind kind() {
        return kind;
    }

    /** Returns the text for the sender. */
    public String detail() {
        String message = getMessage();
        return message == null ? kind.title() : message;
    }

    /** Returns when the sender may try again, or null if that would not help. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}

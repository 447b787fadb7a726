package org.corewebhook.spi;

import java.time.Duration;
import org.corewebhook.ErrorKind;
import org.corewebhook.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of a validator: accepted, or refused with a reason that the sender may read.
 *
 * <p>Immutable and thread-safe. The detail must not hold anything secret.
 */
public final class ValidationResult {

    private static final ValidationResult ACCEPTED = new ValidationResult(null, "", null, Headers.empty());

    private final @Nullable ErrorKind refusal;
    private final String detail;
    private final @Nullable Duration retryAfter;
    private final Headers headers;

    private ValidationResult(
            @Nullable ErrorKind refusal, String detail, @Nullable Duration retryAfter, Headers headers) {
        this.refusal = refusal;
        this.detail = detail;
        this.retryAfter = retryAfter;
        this.headers = headers;
    }

    /** Returns the verdict that nothing speaks against the request. */
    public static ValidationResult accepted() {
        return ACCEPTED;
    }

    /** Returns the verdict that a credential or signature is missing or wrong (401). */
    public static ValidationResult unauthorized(String detail) {
        return new ValidationResult(ErrorKind.UNAUTHORIZED, detail, null, Headers.empty());
    }

    /** Returns the verdict that this sender may not do this (403). */
    public static ValidationResult forbidden(String detail) {
        return new ValidationResult(ErrorKind.FORBIDDEN, detail, null, Headers.empty());
    }

    /** Returns the verdict that the sender must wait (429). */
    public static ValidationResult tooManyRequests(String detail, Duration retryAfter) {
        return new ValidationResult(ErrorKind.TOO_MANY_REQUESTS, detail, retryAfter, Headers.empty());
    }

    /** Returns the verdict that we cannot tell now, for example because another server does not answer (503). */
    public static ValidationResult unavailable(String detail, Duration retryAfter) {
        return new ValidationResult(ErrorKind.UNAVAILABLE, detail, retryAfter, Headers.empty());
    }

    /** Returns a refusal of any kind. */
    public static ValidationResult refused(ErrorKind kind, String detail) {
        return new ValidationResult(kind, detail, null, Headers.empty());
    }

    /** Returns this refusal with one more header for its answer, for example {@code WWW-Authenticate}. */
    public ValidationResult with(String name, String value) {
        Headers more = Headers.builder().addAll(headers).add(name, value).build();
        return new ValidationResult(refusal, detail, retryAfter, more);
    }

    /** Returns why the request is refused, or null if it is not. */
    public @Nullable ErrorKind refusal() {
        return refusal;
    }

    /** Returns the text for the sender; empty if the request is accepted. */
    public String detail() {
        return detail;
    }

    /** Returns when the sender may try again, if that is known. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Returns what the answer of a refusal carries beside its body. */
    public Headers headers() {
        return headers;
    }

    @Override
    public String toString() {
        return refusal == null ? "accepted" : refusal + ": " + detail;
    }
}

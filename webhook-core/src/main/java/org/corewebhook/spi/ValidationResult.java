package org.corewebhook.spi;

import java.time.Duration;
import org.corewebhook.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of a validator: accepted, or refused with a reason that the sender may read.
 *
 * <p>Immutable and thread-safe. The detail must not hold anything secret.
 */
public final class ValidationResult {

    private static final ValidationResult ACCEPTED = new ValidationResult(null, "", null);

    private final @Nullable ErrorKind refusal;
    private final String detail;
    private final @Nullable Duration retryAfter;

    private ValidationResult(@Nullable ErrorKind refusal, String detail, @Nullable Duration retryAfter) {
        this.refusal = refusal;
        this.detail = detail;
        this.retryAfter = retryAfter;
    }

    /** Returns the verdict that nothing speaks against the request. */
    public static ValidationResult accepted() {
        return ACCEPTED;
    }

    /** Returns the verdict that a credential or signature is missing or wrong (401). */
    public static ValidationResult unauthorized(String detail) {
        return new ValidationResult(ErrorKind.UNAUTHORIZED, detail, null);
    }

    /** Returns the verdict that this sender may not do this (403). */
    public static ValidationResult forbidden(String detail) {
        return new ValidationResult(ErrorKind.FORBIDDEN, detail, null);
    }

    /** Returns the verdict that the sender must wait (429). */
    public static ValidationResult tooManyRequests(String detail, Duration retryAfter) {
        return new ValidationResult(ErrorKind.TOO_MANY_REQUESTS, detail, retryAfter);
    }

    /** Returns a refusal of any kind. */
    public static ValidationResult refused(ErrorKind kind, String detail) {
        return new ValidationResult(kind, detail, null);
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

    @Override
    public String toString() {
        return refusal == null ? "accepted" : refusal + ": " + detail;
    }
}

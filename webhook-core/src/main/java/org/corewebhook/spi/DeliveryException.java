package org.corewebhook.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Thrown when a destination has not confirmed an event. The message must not hold anything secret. */
public final class DeliveryException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;
    private final transient @Nullable Duration retryAfter;

    private DeliveryException(
            String message, @Nullable Throwable cause, boolean retryable, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    /** Returns a failure that may pass: the destination is unreachable, overloaded or did not answer in time. */
    public static DeliveryException retryable(String message, @Nullable Throwable cause) {
        return new DeliveryException(message, cause, true, null);
    }

    /** Returns a failure that may pass, with the time that the destination asked for. */
    public static DeliveryException retryableAfter(String message, Duration retryAfter) {
        return new DeliveryException(message, null, true, retryAfter);
    }

    /** Returns a failure that repeating cannot mend: the destination has refused the event. */
    public static DeliveryException permanent(String message, @Nullable Throwable cause) {
        return new DeliveryException(message, cause, false, null);
    }

    /** Tells whether another attempt may succeed. */
    public boolean isRetryable() {
        return retryable;
    }

    /** Returns how long the destination asked us to wait, or null. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}

package org.corewebhook.signature.scheme;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request cannot be proven, whatever the key.
 *
 * <p>It has no stack trace: senders cause it, so it must be cheap. The message names what is wrong for the operator and
 * quotes nothing of the request.
 */
public final class UnprovenException extends Exception {

    private static final long serialVersionUID = 1L;

    private final SignatureFailure failure;

    /** Makes an exception; the message names the header or field. */
    public UnprovenException(SignatureFailure failure, String message) {
        this(failure, message, null);
    }

    /** Makes an exception with a cause, for trouble of our own. */
    public UnprovenException(SignatureFailure failure, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.failure = failure;
    }

    /** Returns the kind of failure. */
    public SignatureFailure failure() {
        return failure;
    }
}

package org.corewebhook.signature.remote;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when another server gave no usable answer: our trouble, not the sender's, so the request deserves a 503.
 *
 * <p>The message names the server and never quotes what was sent or answered.
 */
public final class RemoteException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Makes an exception; the cause must not quote anything secret either. */
    public RemoteException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

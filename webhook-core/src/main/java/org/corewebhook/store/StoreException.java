package org.corewebhook.store;

import org.jspecify.annotations.Nullable;

/** The store could not do what it was asked; the message says what to do and may be shown to the operator. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Makes one with a message for the operator and the failure behind it. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

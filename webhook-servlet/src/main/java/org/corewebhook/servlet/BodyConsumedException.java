package org.corewebhook.servlet;

import org.jspecify.annotations.Nullable;

/** Thrown when somebody has read the body before us, so that the bytes that were signed are gone. */
final class BodyConsumedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BodyConsumedException(@Nullable Throwable cause) {
        super("The body was read before its signature could be checked", cause);
    }
}

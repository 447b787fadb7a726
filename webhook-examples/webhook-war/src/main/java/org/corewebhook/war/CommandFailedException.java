package org.corewebhook.war;

/** Thrown when a command cannot do what it was asked; the message says what to do. */
final class CommandFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The arguments cannot be understood. */
    static final int USAGE = 2;

    /** What was asked could not be done. */
    static final int FAILED = 1;

    private final int exitCode;

    CommandFailedException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}

package org.corewebhook.configuration;

/**
 * Something that is wrong with the configuration: where, what, and what to do. Never holds a secret.
 *
 * @param severity what follows from it
 * @param source the file, or {@code builder}
 * @param path where in the file, as a JSON pointer (RFC 6901)
 * @param line the line in the file, 0 if there is none
 * @param message what is wrong and what to do
 */
public record Problem(Severity severity, String source, String path, int line, String message) {

    /** What follows from a problem. */
    public enum Severity {
        /** The endpoint's proof of the sender cannot be trusted: it answers 503 before anything else. */
        PROOF,
        /** A destination cannot be used: it is treated like one that is down. */
        DESTINATION,
        /** Nothing but a line in the log. */
        WARNING
    }

    @Override
    public String toString() {
        return source + (line > 0 ? ":" + line : "") + " " + path + ": " + message;
    }
}

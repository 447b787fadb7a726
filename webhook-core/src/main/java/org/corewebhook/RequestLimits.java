package org.corewebhook;

import java.time.Duration;

/**
 * What one request may bring along.
 *
 * @param maxHeaders header fields; more are answered 400
 * @param maxHeaderChars names and values of all header fields together, in characters; more are answered 400
 * @param maxBodyBytes bytes of a body; more are answered 413
 * @param bodyTimeout time for a body to arrive in full; slower ones are answered 408
 */
public record RequestLimits(int maxHeaders, int maxHeaderChars, long maxBodyBytes, Duration bodyTimeout) {

    /** The limits of the reference: 100 headers, 8,192 characters, 10 MiB; and 30 seconds for a body. */
    public static final RequestLimits DEFAULT = new RequestLimits(100, 8192, 10L << 20, Duration.ofSeconds(30));
}

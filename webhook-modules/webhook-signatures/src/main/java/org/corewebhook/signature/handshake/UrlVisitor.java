package org.corewebhook.signature.handshake;

import java.io.IOException;
import java.net.URI;

/**
 * Visits a URL that a sender supplied, as a subscription is confirmed.
 *
 * <p>Must refuse addresses that are not public, checked on the address it connects to, must not follow redirects, and
 * must come back within seconds. Called on the request's thread, by many threads at once.
 */
@FunctionalInterface
public interface UrlVisitor {

    /**
     * Sends a GET and returns the status of the answer.
     *
     * @throws IOException if there was no answer
     */
    int visit(URI url) throws IOException;
}

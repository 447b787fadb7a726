package org.corewebhook.signature.scheme;

import org.corewebhook.signature.key.VerificationKey;

/** Finds the sender's key that a request names. Called by many threads at once. */
@FunctionalInterface
interface SenderKeys {

    /**
     * Returns a key that is known to be the sender's.
     *
     * @throws UnprovenException if the request names none, or none of the sender's, or it cannot be fetched now
     */
    VerificationKey of(SignedRequest request) throws UnprovenException;
}

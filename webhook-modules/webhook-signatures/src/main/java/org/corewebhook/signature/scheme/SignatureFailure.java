package org.corewebhook.signature.scheme;

/** Why a request is not proven; for the operator, the sender always gets the same answer. */
public enum SignatureFailure {
    /** A header or field that the scheme needs is not there. */
    MISSING,
    /** A header that must be there once is there twice. */
    DUPLICATE,
    /** Something is not written as the scheme says. */
    MALFORMED,
    /** No signature is one of this request under any of the keys. */
    WRONG_SIGNATURE,
    /** The signature is right under a key that is not yet or no longer valid. */
    KEY_NOT_VALID,
    /** The signature is right and older than the tolerance. */
    TOO_OLD,
    /** The signature is right and lies further ahead than the tolerance for the future. */
    TOO_NEW,
    /** The sender's key could not be fetched: our trouble, so the sender should try again. */
    KEY_UNAVAILABLE
}

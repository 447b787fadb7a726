package org.corewebhook.signature.credentials;

import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.spi.ValidationResult;

/** Decides whether a bearer token is genuine and says what it must. Thread-safe. */
@FunctionalInterface
interface TokenProof {

    /** Returns the verdict; throws if it depends on a server that does not answer. */
    ValidationResult verify(String token) throws RemoteException;
}

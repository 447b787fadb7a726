package org.corewebhook.signature.key;

import java.util.List;

/** Verifies signatures with one key. Thread-safe. */
@FunctionalInterface
public interface VerificationKey {

    /**
     * Tells whether any of the signatures is one of this content.
     *
     * <p>Looks at all of them, whatever the first ones were, and compares in constant time. A signature that this kind
     * of key cannot have made does not verify; there is no exception for it.
     */
    boolean verifies(SignedContent content, List<byte[]> signatures);
}

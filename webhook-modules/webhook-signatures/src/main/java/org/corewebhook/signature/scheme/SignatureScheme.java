package org.corewebhook.signature.scheme;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/**
 * How one sender signs. It takes a request apart; keys, constant time and clocks are the engine's.
 *
 * <p>Called by many threads at once.
 */
public interface SignatureScheme {

    /** Returns the name of the scheme. */
    String name();

    /** Returns what the endpoint's keys are for, or null if the sender's key is fetched. */
    @Nullable
    SchemeKey key();

    /** Returns how old a signature may be by default; zero for any age; null if the scheme signs no time. */
    @Nullable
    Duration tolerance();

    /** Tells whether the URL is signed, so that the receiver has to know what it is called from outside. */
    default boolean urlBound() {
        return false;
    }

    /** Returns the headers that carry the secret itself, which is then nothing to store or forward. */
    default Set<String> credentialHeaders() {
        return Set.of();
    }

    /**
     * Returns what the request offers: at least one, and each one has to hold.
     *
     * @throws UnprovenException if something is missing, double or not well-formed
     */
    List<Proof> proofs(SignedRequest request) throws UnprovenException;

    /** Returns the sender's id of the event in a proven request, or null if there is none. */
    default @Nullable ReceiptId id(SignedRequest request) {
        return null;
    }
}

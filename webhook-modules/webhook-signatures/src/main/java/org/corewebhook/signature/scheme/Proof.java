package org.corewebhook.signature.scheme;

import java.time.Instant;
import java.util.List;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.signature.key.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * What a request offers to prove one thing: it is proven if any of the signatures is one of any of the contents.
 *
 * @param contents what may have been signed: several where a scheme leaves it open, for example whether a URL names its
 *     usual port
 * @param signatures the candidates
 * @param time when it was signed, if that is signed too
 * @param senderKey the key that the request names, already found to be the sender's; null for those of the endpoint
 */
public record Proof(
        List<SignedContent> contents,
        List<byte[]> signatures,
        @Nullable Instant time,
        @Nullable VerificationKey senderKey) {

    /** Returns the proof of one content by one signature. */
    static Proof of(SignedContent content, byte[] signature) {
        return new Proof(List.of(content), List.of(signature), null, null);
    }

    /** Returns this proof with a time. */
    Proof at(Instant signedAt) {
        return new Proof(contents, signatures, signedAt, senderKey);
    }
}

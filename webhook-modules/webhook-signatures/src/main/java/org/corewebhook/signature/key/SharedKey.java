package org.corewebhook.signature.key;

import java.util.List;
import org.corewebhook.Secret;

/** A key that both sides have: what should have been sent is computed once and compared with all that was sent. */
final class SharedKey implements VerificationKey {

    private final Signer signer;

    SharedKey(Signer signer) {
        this.signer = signer;
    }

    /** Computes the one signature that is right. */
    @FunctionalInterface
    interface Signer {
        byte[] sign(SignedContent content);
    }

    @Override
    public boolean verifies(SignedContent content, List<byte[]> signatures) {
        byte[] expected = signer.sign(content);
        boolean found = false;
        for (int i = 0; i < signatures.size(); i++) {
            found |= Secret.equal(expected, signatures.get(i)); // no early exit: all candidates, always
        }
        return found;
    }
}

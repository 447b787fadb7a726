package org.corewebhook.signature.key;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A public key; thread-safe. */
final class AsymmetricKey implements VerificationKey {

    private final String algorithm;
    private final @Nullable AlgorithmParameterSpec parameters;
    private final PublicKey key;

    /** Takes the algorithm's name in the JDK and a key that fits. */
    AsymmetricKey(String algorithm, @Nullable AlgorithmParameterSpec parameters, PublicKey key) {
        this.algorithm = algorithm;
        this.parameters = parameters;
        this.key = key;
    }

    @Override
    public boolean verifies(SignedContent content, List<byte[]> signatures) {
        boolean found = false;
        for (byte[] signature : signatures) {
            found |= verifies(content, signature); // no early exit: all candidates, always
        }
        return found;
    }

    private boolean verifies(SignedContent content, byte[] offered) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            if (parameters != null) {
                signature.setParameter(parameters);
            }
            signature.initVerify(key);
            content.update(signature);
            return signature.verify(offered);
        } catch (SignatureException e) {
            return false; // no signature of this kind at all; the sender wrote it, so there is nothing to report
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime cannot verify " + algorithm, e);
        }
    }
}

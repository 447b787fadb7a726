package org.corewebhook.signature.key;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes keyed hashes (RFC 2104) with instances that are set up once and used again; thread-safe.
 *
 * <p>Why not one per thread: values of thread locals outlive a web application in its container, and there may be many
 * thousand virtual threads. A thread that finds its place empty clones one, which is cheap, too.
 */
final class MacPool implements SharedKey.Signer {

    private static final int PLACES = 16;

    private final String algorithm;
    private final SecretKeySpec key;
    private final Mac prototype;
    private final AtomicReferenceArray<@Nullable Mac> idle = new AtomicReferenceArray<>(PLACES);

    /** Takes the algorithm's name in the JDK and a key that is not empty. */
    MacPool(String algorithm, byte[] key) {
        this.algorithm = algorithm;
        this.key = new SecretKeySpec(key, algorithm);
        this.prototype = initialised();
    }

    @Override
    public byte[] sign(SignedContent content) {
        int place = (int) Thread.currentThread().getId() & (PLACES - 1);
        Mac taken = idle.getAndSet(place, null);
        Mac mac = taken == null ? fresh() : taken;
        byte[] hash = content.hash(mac);
        idle.set(place, mac); // only after a hash that went well: then it is as good as new
        return hash;
    }

    private Mac fresh() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            return initialised(); // a provider other than the JDK's own
        }
    }

    private Mac initialised() {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime cannot compute " + algorithm, e);
        }
    }
}

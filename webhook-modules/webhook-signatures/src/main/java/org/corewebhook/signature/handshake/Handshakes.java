package org.corewebhook.signature.handshake;

import java.util.Set;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** The handshakes of all schemes that have one. Thread-safe. */
public final class Handshakes {

    private Handshakes() {}

    /** Returns what answers the handshakes of this scheme, or null if its sender has none. */
    public static @Nullable Handshake forScheme(String scheme, HandshakeContext context) {
        return null;
    }

    /** Returns the names of the parameters that the handshake of this scheme reads; others it does not know. */
    public static Set<String> parameterNames(String scheme) {
        return Set.of();
    }
}

package org.corewebhook.signature;

import java.net.URI;
import java.security.PublicKey;
import java.util.List;
import org.corewebhook.signature.scheme.SenderCertificate;
import org.corewebhook.signature.scheme.SenderServers;
import org.corewebhook.signature.scheme.SignatureFailure;
import org.corewebhook.signature.scheme.UnprovenException;

/** Servers of senders that answer without a network. */
final class TestServers implements SenderServers {

    private final SenderCertificate certificate;
    private final List<PublicKey> keys;

    private TestServers(SenderCertificate certificate, List<PublicKey> keys) {
        this.certificate = certificate;
        this.keys = keys;
    }

    static SenderServers certificate(SenderCertificate certificate) {
        return new TestServers(certificate, List.of());
    }

    static SenderServers keys(PublicKey... keys) {
        return new TestServers(null, List.of(keys));
    }

    static SenderServers unreachable() {
        return new TestServers(null, List.of());
    }

    @Override
    public SenderCertificate certificate(URI url) throws UnprovenException {
        if (certificate == null) {
            throw new UnprovenException(SignatureFailure.KEY_UNAVAILABLE, "unreachable");
        }
        return certificate;
    }

    @Override
    public List<PublicKey> ed25519Keys(URI url) throws UnprovenException {
        if (keys.isEmpty()) {
            throw new UnprovenException(SignatureFailure.KEY_UNAVAILABLE, "unreachable");
        }
        return keys;
    }
}

package org.corewebhook.signature.scheme;

import java.net.URI;
import java.security.PublicKey;
import java.util.List;

/** Fetches the keys that senders publish. Called by many threads at once; remembers what it has. */
public interface SenderServers {

    /**
     * Returns the certificate at this URL, whose host is already known to be the sender's.
     *
     * @throws UnprovenException if there is none, or if it cannot be fetched now
     */
    SenderCertificate certificate(URI url) throws UnprovenException;

    /**
     * Returns the Ed25519 keys of the key set (RFC 7517, RFC 8037) at this URL.
     *
     * @throws UnprovenException if it cannot be fetched now
     */
    List<PublicKey> ed25519Keys(URI url) throws UnprovenException;
}

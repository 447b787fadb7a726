package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.corewebhook.signature.key.PublicKeys;
import org.corewebhook.signature.remote.RemoteAnswer;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.signature.remote.RemoteLookup;
import org.corewebhook.signature.remote.RemotePolicy;

/**
 * Asks the servers of senders: https only, public addresses only, hosts of the scheme only, no redirects, 64 KiB and 5
 * seconds at most, one question for all who want the same. Thread-safe.
 */
public final class RemoteSenderServers implements SenderServers {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_ENTRIES = 64;
    private static final Duration CERTIFICATE_HOLDS = Duration.ofHours(24);
    private static final Duration KEY_SET_HOLDS = Duration.ofHours(1);
    private static final Duration ABSENCE_HOLDS = Duration.ofMinutes(1);
    private static final Duration FAILURE_HOLDS = Duration.ofSeconds(5);

    private final RemoteClient client;
    private final RemoteLookup<URI, Optional<SenderCertificate>> certificates;
    private final RemoteLookup<URI, List<PublicKey>> keySets;

    /** Takes the clock that tells when an answer expires, and the client to ask with. */
    public RemoteSenderServers(Clock clock, RemoteClient client) {
        this.client = client;
        Duration patience = client.timeout().multipliedBy(2);
        this.certificates = new RemoteLookup<>(clock, MAX_ENTRIES, FAILURE_HOLDS, patience, this::fetchCertificate);
        this.keySets = new RemoteLookup<>(clock, MAX_ENTRIES, FAILURE_HOLDS, patience, this::fetchKeys);
    }

    /** Returns servers with these hosts. */
    public static RemoteSenderServers on(Clock clock, Predicate<String> hosts) {
        RemoteClient client = RemoteClient.builder(RemotePolicy.senderUrls(hosts))
                .maxBytes(MAX_BYTES)
                .build();
        return new RemoteSenderServers(clock, client);
    }

    @Override
    public SenderCertificate certificate(URI url) throws UnprovenException {
        try {
            return certificates
                    .get(url)
                    .orElseThrow(() -> new UnprovenException(
                            SignatureFailure.MALFORMED, "There is no certificate where the request says"));
        } catch (RemoteException e) {
            throw unavailable(e);
        }
    }

    @Override
    public List<PublicKey> ed25519Keys(URI url) throws UnprovenException {
        try {
            return keySets.get(url);
        } catch (RemoteException e) {
            throw unavailable(e);
        }
    }

    private static UnprovenException unavailable(RemoteException e) {
        return new UnprovenException(
                SignatureFailure.KEY_UNAVAILABLE, "The sender's key cannot be fetched: " + e.getMessage(), e);
    }

    /** A server that has no such certificate says so for good; one that has trouble is asked again. */
    private RemoteLookup.Found<Optional<SenderCertificate>> fetchCertificate(URI url) throws RemoteException {
        RemoteAnswer answer = client.get(url);
        if (answer.status() >= 500) {
            throw new RemoteException(url.getHost() + " answered " + answer.status(), null);
        }
        if (answer.status() == 200) {
            try {
                return new RemoteLookup.Found<>(
                        Optional.of(SenderCertificate.of(PublicKeys.certificate(answer.body()))), CERTIFICATE_HOLDS);
            } catch (CertificateException e) {
                throw new RemoteException(url.getHost() + " answered with something that is no certificate", e);
            }
        }
        return new RemoteLookup.Found<>(Optional.empty(), ABSENCE_HOLDS);
    }

    private RemoteLookup.Found<List<PublicKey>> fetchKeys(URI url) throws RemoteException {
        RemoteAnswer answer = client.get(url);
        if (answer.status() != 200) {
            throw new RemoteException(url.getHost() + " answered " + answer.status(), null);
        }
        try {
            List<PublicKey> keys = new ArrayList<>();
            for (JsonNode key : new JsonMapper().readTree(answer.body()).path("keys")) {
                if ("OKP".equals(key.path("kty").asText())
                        && "Ed25519".equals(key.path("crv").asText())) {
                    keys.add(PublicKeys.ed25519(
                            Base64.getUrlDecoder().decode(key.path("x").asText())));
                }
            }
            if (keys.isEmpty()) {
                throw new RemoteException(url.getHost() + " answered with no Ed25519 key", null);
            }
            return new RemoteLookup.Found<>(List.copyOf(keys), KEY_SET_HOLDS);
        } catch (IOException | IllegalArgumentException e) {
            throw new RemoteException(url.getHost() + " answered with something that is no key set", e);
        }
    }
}

package org.corewebhook.signature.credentials;

import com.auth0.jwt.algorithms.Algorithm;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.corewebhook.signature.remote.RemoteAnswer;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.signature.remote.RemoteLookup;
import org.corewebhook.signature.remote.RemoteLookup.Found;
import org.corewebhook.validation.JwtAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Keys that an issuer publishes under a URL. They are fetched when first needed and kept for a while; a key that is not
 * among them makes us look again, but not more often than every 30 seconds, whatever strangers send. Thread-safe.
 */
final class RemoteTokenKeys implements TokenKeys {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration FAILURE_MEMORY = Duration.ofSeconds(5);

    private final RemoteClient client;
    private final URI url;
    private final Duration keep;
    private final RemoteLookup<Occasion, JsonWebKeys> lookup;

    RemoteTokenKeys(RemoteClient client, URI url, Duration keep, Clock clock) {
        this.client = client;
        this.url = url;
        this.keep = keep;
        this.lookup = new RemoteLookup<>(clock, 2, FAILURE_MEMORY, client.timeout(), this::fetch);
    }

    /** Why the keys are fetched. */
    private enum Occasion {
        /** Any token. */
        USUAL,
        /** A token whose key is not among those of {@link #USUAL}. */
        UNKNOWN_KEY
    }

    @Override
    public @Nullable Algorithm find(JwtAlgorithm algorithm, @Nullable String keyId) throws RemoteException {
        Algorithm known = lookup.get(Occasion.USUAL).find(algorithm, keyId);
        return known == null ? lookup.get(Occasion.UNKNOWN_KEY).find(algorithm, keyId) : known;
    }

    private Found<JsonWebKeys> fetch(Occasion occasion) throws RemoteException {
        RemoteAnswer answer = client.get(url);
        JsonWebKeys keys = answer.status() == 200 ? JsonWebKeys.parse(answer.body()) : null;
        if (keys == null) {
            throw new RemoteException(url.getHost() + " answered " + answer.status() + " without a set of keys", null);
        }
        return new Found<>(keys, occasion == Occasion.USUAL ? keep : LOOK_AGAIN);
    }
}

package org.corewebhook.signature.handshake;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;

/**
 * What the handshake of a scheme works with.
 *
 * @param secrets the keys of the endpoint, the one to answer with first
 * @param parameters the scheme's own settings by name, for example {@code verify_token}
 * @param verified tells whether the sender's signature of a request holds; asked only for requests that look like a
 *     signed handshake, by many threads at once
 * @param clock what time it is
 */
public record HandshakeContext(
        List<Secret> secrets, Map<String, String> parameters, Predicate<WebhookRequest> verified, Clock clock) {

    /** Copies the collections. */
    public HandshakeContext {
        secrets = List.copyOf(secrets);
        parameters = Map.copyOf(parameters);
    }

    /** Names the parameters only: a value may be a verify token. */
    @Override
    public String toString() {
        return "HandshakeContext[" + secrets.size() + " secrets, parameters " + parameters.keySet() + "]";
    }
}

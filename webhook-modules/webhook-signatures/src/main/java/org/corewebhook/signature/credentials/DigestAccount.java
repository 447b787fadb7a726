package org.corewebhook.signature.credentials;

import java.util.Map;
import org.corewebhook.Secret;

/**
 * Who may send, and what a right response is (RFC 7616, 3.4.1). Immutable and thread-safe.
 *
 * @param username the name of the user
 * @param realm the realm
 * @param hash the algorithm
 * @param ha1 the hash of user, realm and password: as good as the password itself
 */
record DigestAccount(Secret username, Secret realm, DigestHash hash, Secret ha1) {

    static DigestAccount of(Secret username, Secret password, String realm, DigestHash hash) {
        String ha1 = hash.hex(username.reveal(), realm, password.reveal());
        return new DigestAccount(username, Secret.of(realm), hash, Secret.of(ha1));
    }

    /** Tells whether the response fits the method, the target and the other parameters; of RFC 2069 without qop. */
    boolean answers(String method, String target, Map<String, String> parameters) {
        String nonce = parameters.getOrDefault("nonce", "");
        String ha2 = hash.hex(method, target);
        String expected = parameters.containsKey("qop")
                ? hash.hex(
                        ha1.reveal(),
                        nonce,
                        parameters.getOrDefault("nc", ""),
                        parameters.getOrDefault("cnonce", ""),
                        parameters.getOrDefault("qop", ""),
                        ha2)
                : hash.hex(ha1.reveal(), nonce, ha2);
        return Secret.of(expected).matches(parameters.getOrDefault("response", ""));
    }
}

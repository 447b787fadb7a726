package org.corewebhook.signature.credentials;

import com.auth0.jwt.algorithms.Algorithm;
import java.util.EnumMap;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.validation.JwtAlgorithm;
import org.jspecify.annotations.Nullable;

/** Finds the key that verifies a token. Thread-safe. */
@FunctionalInterface
interface TokenKeys {

    /** Returns the algorithm with the key of this id, or null if there is none. */
    @Nullable
    Algorithm find(JwtAlgorithm algorithm, @Nullable String keyId) throws RemoteException;

    /**
     * Returns one key from the settings, for those of the algorithms that fit it: a shared secret for HS*, a public key
     * or certificate in PEM form for all others. The kind of key decides, so that a public key never becomes a secret.
     */
    static TokenKeys configured(Secret secret, Iterable<JwtAlgorithm> algorithms, Settings settings, String key) {
        boolean shared = !secret.reveal().contains("-----BEGIN ");
        Map<JwtAlgorithm, Algorithm> usable = new EnumMap<>(JwtAlgorithm.class);
        for (JwtAlgorithm algorithm : algorithms) {
            Algorithm made = algorithm.isShared() == shared ? algorithm.with(secret, settings, key) : null;
            if (made != null) {
                usable.put(algorithm, made);
            }
        }
        if (usable.isEmpty()) {
            settings.problem(
                    key,
                    shared
                            ? "Is a shared secret: name an HS algorithm in jwt_algorithms, or give a public key in PEM form"
                            : "Is a key in PEM form: name an RS, PS or ES algorithm that fits it in jwt_algorithms");
        }
        return (algorithm, keyId) -> usable.get(algorithm);
    }
}

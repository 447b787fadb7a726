package org.corewebhook.signature.credentials;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collection;
import org.corewebhook.Secret;
import org.corewebhook.validation.HmacKey;
import org.jspecify.annotations.Nullable;

/** Checks signatures of one method with one pair of secrets (RFC 5849, 3.4.2 and 3.4.4). Immutable, thread-safe. */
final class OAuth1Signature {

    static final String PLAINTEXT = "PLAINTEXT";

    private final String method;
    private final Secret key;

    private OAuth1Signature(String method, Secret key) {
        this.method = method;
        this.key = key;
    }

    /** Makes the check; {@code method} is HMAC-SHA1, HMAC-SHA256 or PLAINTEXT. */
    static OAuth1Signature of(String method, Secret consumerSecret, Secret tokenSecret) {
        String key =
                PercentEncoding.encode(consumerSecret.reveal()) + "&" + PercentEncoding.encode(tokenSecret.reveal());
        return new OAuth1Signature(method, Secret.of(key));
    }

    String method() {
        return method;
    }

    /** Tells whether this signs one of the base strings; all are tried, whichever fits. */
    boolean fits(String signature, Collection<String> baseStrings) {
        if (method.equals(PLAINTEXT)) {
            return key.matches(signature);
        }
        HmacKey hmac = HmacKey.of(hash(), key);
        boolean fits = false;
        for (String baseString : baseStrings) {
            byte[] expected = hmac.sign(baseString.getBytes(StandardCharsets.US_ASCII));
            fits |= Secret.of(Base64.getEncoder().encodeToString(expected)).matches(signature);
        }
        return fits;
    }

    /**
     * Tells whether {@code oauth_body_hash} is that of the body, by the hash of the method.
     *
     * @see <a href="https://oauth.net/specs/ext/body_hash/1.0/">OAuth Request Body Hash 1.0</a>
     */
    boolean fitsBody(@Nullable String bodyHash, byte[] body) {
        if (bodyHash == null) {
            return true;
        }
        try {
            byte[] hash = MessageDigest.getInstance(hash()).digest(body);
            return Secret.of(Base64.getEncoder().encodeToString(hash)).matches(bodyHash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-1 and SHA-256", e);
        }
    }

    private String hash() {
        return method.equals("HMAC-SHA256") ? "SHA-256" : "SHA-1";
    }
}

package org.corewebhook.signature.credentials;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash of Digest authentication (RFC 7616, 3.2), in lower-case hex. */
enum DigestHash {
    MD5("MD5"),
    SHA_256("SHA-256");

    private final String algorithm;

    DigestHash(String algorithm) {
        this.algorithm = algorithm;
    }

    /** Returns the hash of that name. */
    static DigestHash named(String name) {
        return name.equals(MD5.algorithm) ? MD5 : SHA_256;
    }

    /** Returns the name on the wire. */
    String algorithm() {
        return algorithm;
    }

    /** Returns the hash of the parts joined with colons, in UTF-8. */
    String hex(String... parts) {
        try {
            byte[] bytes = String.join(":", parts).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has " + algorithm, e);
        }
    }
}

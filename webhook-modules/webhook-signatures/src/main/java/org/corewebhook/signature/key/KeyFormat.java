package org.corewebhook.signature.key;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.corewebhook.Secret;

/**
 * How a key is written; part of the scheme, since the same text read in another way is another key.
 *
 * @param encoding how the bytes are written
 * @param prefix what may stand before it and is no part of it: {@code whsec_}; empty for none
 */
public record KeyFormat(Encoding encoding, String prefix) {

    /** The text as it is, in UTF-8. */
    public static final KeyFormat TEXT = new KeyFormat(Encoding.TEXT, "");

    /** Base64. */
    public static final KeyFormat BASE64 = new KeyFormat(Encoding.BASE64, "");

    /** Hexadecimal digits. */
    public static final KeyFormat HEX = new KeyFormat(Encoding.HEX, "");

    /** A public key, see {@link PublicKeys}. */
    public static final KeyFormat PUBLIC = new KeyFormat(Encoding.PUBLIC, "");

    /** How bytes are written. */
    public enum Encoding {
        /** As text in UTF-8. */
        TEXT,
        /** In base64. */
        BASE64,
        /** In hexadecimal digits. */
        HEX,
        /** In one of the ways for public keys. */
        PUBLIC;

        /** Returns the name in {@code webhooks.json}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the key that the secret is.
     *
     * @throws IllegalArgumentException if it is not written in this way; the message quotes nothing
     */
    public VerificationKey decode(Secret secret, SignatureAlgorithm algorithm) {
        String written = secret.reveal();
        String text = written.startsWith(prefix) ? written.substring(prefix.length()) : written;
        return algorithm.shared()
                ? algorithm.sharedKey(bytes(text, secret))
                : algorithm.publicKey(PublicKeys.read(text));
    }

    private byte[] bytes(String text, Secret secret) {
        try {
            return switch (encoding) {
                case TEXT ->
                    prefix.isEmpty() ? secret.revealBytes() : Secret.of(text).revealBytes();
                case BASE64 -> Base64.getDecoder().decode(text.strip());
                case HEX -> HexFormat.of().parseHex(text.strip());
                case PUBLIC -> throw new IllegalArgumentException("Not a shared secret");
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException( // without its cause, which quotes the secret
                    encoding == Encoding.PUBLIC
                            ? "Must be a public key"
                            : "Must be written in " + encoding.key()
                                    + (prefix.isEmpty() ? "" : ", with or without " + prefix + " before it"));
        }
    }
}

package org.corewebhook.signature.key;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads public keys as senders hand them out. */
public final class PublicKeys {

    /** What stands before the 32 bytes of an Ed25519 key to make a SubjectPublicKeyInfo of it (RFC 8410). */
    private static final byte[] ED25519_SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_BYTES = 32;

    private PublicKeys() {}

    /**
     * Returns the key that the text is: PEM ({@code PUBLIC KEY} or {@code CERTIFICATE}), or without its frame the
     * base64 of a SubjectPublicKeyInfo, or an Ed25519 key of 32 bytes in hex or base64.
     *
     * @throws IllegalArgumentException if it is none of them; the message quotes nothing
     */
    public static PublicKey read(String text) {
        try {
            if (text.contains("-----BEGIN CERTIFICATE-----")) {
                return certificate(text.getBytes(StandardCharsets.US_ASCII)).getPublicKey();
            }
            return spki(bytes(text.strip()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // not passed on: the message may quote the text, which may be a private key in the wrong place
            throw new IllegalArgumentException(
                    "Must be a public key: PEM, or base64 of its DER form, or 32 bytes in hex");
        }
    }

    /** Returns the Ed25519 key of these 32 bytes. */
    public static PublicKey ed25519(byte[] raw) {
        try {
            return spki(raw);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Must be an Ed25519 key of 32 bytes");
        }
    }

    /** Returns the certificate that these bytes are, in PEM or DER form. */
    public static X509Certificate certificate(byte[] bytes) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
    }

    private static byte[] bytes(String text) {
        if (text.length() == 2 * ED25519_BYTES && text.chars().allMatch(HexFormat::isHexDigit)) {
            return HexFormat.of().parseHex(text);
        }
        String framed = text.replace("-----BEGIN PUBLIC KEY-----", "").replace("-----END PUBLIC KEY-----", "");
        return Base64.getDecoder().decode(framed.replaceAll("\\s", ""));
    }

    private static PublicKey spki(byte[] bytes) throws GeneralSecurityException {
        byte[] der = bytes;
        if (bytes.length == ED25519_BYTES) {
            der = new byte[ED25519_SPKI.length + ED25519_BYTES];
            System.arraycopy(ED25519_SPKI, 0, der, 0, ED25519_SPKI.length);
            System.arraycopy(bytes, 0, der, ED25519_SPKI.length, ED25519_BYTES);
        }
        for (String algorithm : List.of("Ed25519", "EC", "RSA")) {
            PublicKey key = spki(algorithm, der);
            if (key != null) {
                return key;
            }
        }
        throw new InvalidKeySpecException("No key of a known algorithm");
    }

    /** The DER form names its algorithm, but the JDK wants to know it first. */
    private static @Nullable PublicKey spki(String algorithm, byte[] der) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
            return null;
        }
    }
}

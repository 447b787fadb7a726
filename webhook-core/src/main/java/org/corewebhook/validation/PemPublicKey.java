package org.corewebhook.validation;

import java.io.ByteArrayInputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.corewebhook.Secret;

/** Reads public keys in PEM form (RFC 7468): {@code PUBLIC KEY} or the key of a {@code CERTIFICATE}. */
final class PemPublicKey {

    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private PemPublicKey() {}

    /** Returns the key; of a certificate nothing else is checked, it is trusted because it is configured. */
    static <K extends PublicKey> K read(Secret pem, String algorithm, Class<K> type) throws GeneralSecurityException {
        PublicKey key = pem.reveal().contains("-----BEGIN CERTIFICATE-----")
                ? CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.revealBytes()))
                        .getPublicKey()
                : KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der(pem.reveal())));
        if (!type.isInstance(key)) {
            throw new InvalidKeySpecException("Not a key for " + algorithm);
        }
        return type.cast(key);
    }

    /** Tells whether the key belongs to the curve of that name. */
    static boolean isOnCurve(ECPublicKey key, String curve) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECParameterSpec expected = parameters.getParameterSpec(ECParameterSpec.class);
        return expected.getCurve().equals(key.getParams().getCurve());
    }

    private static byte[] der(String pem) throws InvalidKeySpecException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new InvalidKeySpecException("No public key in PEM form");
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("Not base64", e);
        }
    }
}

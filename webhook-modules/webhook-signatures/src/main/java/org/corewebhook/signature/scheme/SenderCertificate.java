package org.corewebhook.signature.scheme;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** What counts of a sender's certificate: its key and when it is valid. */
public record SenderCertificate(PublicKey key, Instant notBefore, Instant notAfter) {

    static SenderCertificate of(X509Certificate certificate) {
        return new SenderCertificate(
                certificate.getPublicKey(),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    boolean isValidAt(Instant now) {
        return !now.isBefore(notBefore) && !now.isAfter(notAfter);
    }
}

package org.corewebhook.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** The certificate authorities that {@code ca_file} names; they replace those of the JVM. */
final class TrustedAuthorities {

    private TrustedAuthorities() {}

    /** Returns what makes TLS connections that trust the file's authorities only, or null if there is no file. */
    static @Nullable SSLSocketFactory read(Settings settings) {
        String file = settings.string("ca_file");
        if (file == null) {
            return null;
        }
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (!authorities.isEmpty()) {
                return trusting(authorities);
            }
            settings.problem("ca_file", "Has no certificate in it");
        } catch (IOException | InvalidPathException e) {
            settings.problem("ca_file", "Cannot be read: " + e.getClass().getSimpleName());
        } catch (GeneralSecurityException e) {
            settings.problem("ca_file", "Must hold certificates in PEM form");
        }
        return null;
    }

    private static SSLSocketFactory trusting(Collection<? extends Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate authority : authorities) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}

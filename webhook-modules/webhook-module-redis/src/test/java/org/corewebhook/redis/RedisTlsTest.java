package org.corewebhook.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTlsTest {

    private static final String PASSWORD = "changeit";

    private final int tlsPort = TestPrograms.freePort();
    private SSLContext ofTheJvm;
    private KeyStore keys;
    private RedisServer server;

    @TempDir
    Path folder;

    @BeforeEach
    void startTheServer() throws Exception {
        ofTheJvm = SSLContext.getDefault();
        Path store = folder.resolve("keys.p12");
        RedisServer.run(
                List.of(
                        TestPrograms.java().resolveSibling("keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()),
                Map.of());
        keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Key key = keys.getKey("redis", PASSWORD.toCharArray());
        Path certificate = pem("CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path privateKey = pem("PRIVATE KEY", key.getEncoded());
        server = RedisServer.start(
                "--save",
                "",
                "--tls-port",
                "" + tlsPort,
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                privateKey.toString(),
                "--tls-auth-clients",
                "no");
    }

    @AfterEach
    void stopTheServer() {
        SSLContext.setDefault(ofTheJvm);
        server.close();
    }

    @Test
    void deliversOverTlsToAServerThatTheJvmTrusts() throws Exception {
        trustTheServer();

        try (SharedConnection connection = connection("127.0.0.1");
                OutputModule module = list(connection)) {
            module.deliver(Events.event("{}"));
        }

        assertThat(server.cli("LLEN", "l")).isEqualTo("1");
    }

    @Test
    void doesNotDeliverWhenTheCertificateNamesAnotherHost() throws Exception {
        trustTheServer();

        assertRefused("localhost");
    }

    @Test
    void doesNotDeliverToAServerThatTheJvmDoesNotTrust() {
        assertRefused("127.0.0.1");
    }

    private void assertRefused(String host) {
        try (SharedConnection connection = connection(host);
                OutputModule module = list(connection)) {
            DeliveryException failure =
                    catchThrowableOfType(DeliveryException.class, () -> module.deliver(Events.event("{}")));

            assertThat(failure.isRetryable()).isTrue();
        }
        assertThat(server.cli("LLEN", "l")).isEqualTo("0");
    }

    private SharedConnection connection(String host) {
        return RedisServer.connectionWith(Map.of("host", host, "port", tlsPort, "ssl", true, "timeout", "1m"));
    }

    private static OutputModule list(SharedConnection connection) {
        return new RedisListProvider().create(Settings.of(Map.of("list", "l")), connection);
    }

    private void trustTheServer() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", keys.getCertificate("redis"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLContext.setDefault(context);
    }

    private Path pem(String kind, byte[] der) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve(kind + ".pem"),
                "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}

package org.corewebhook.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.testkit.Events;
import org.corewebhook.testkit.server.TestPrograms;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureWebSocketTest {

    private static final String PASSPHRASE = "changeit";

    @TempDir
    static Path folder;

    private static Peer peer;

    private final String channel = Peer.newChannel();
    private @Nullable OutputModule open;

    /** The certificate is for localhost, and for no address. */
    @BeforeAll
    static void startThePeer() throws IOException {
        makeCertificate("peer");
        makeCertificate("stranger");
        peer = Peer.startWithTls(folder.resolve("peer.p12"), PASSPHRASE);
    }

    @AfterAll
    static void stopThePeer() {
        peer.close();
    }

    @AfterEach
    void closeTheOutput() {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void deliversToAPeerWhoseAuthorityIsInTheFile() throws Exception {
        OutputModule output = output("localhost", Map.of("ca_file", pem("peer")));

        output.deliver(Events.event("1"));
        output.deliver(Events.event("2"));

        assertThat(peer.messages(channel)).hasSize(2);
    }

    @Test
    void refusesAPeerWhoseAuthorityNobodyTrusts() {
        assertRefused(output("localhost", Map.of()));
    }

    @Test
    void refusesAPeerWithAnotherAuthorityThanTheFiles() throws Exception {
        assertRefused(output("localhost", Map.of("ca_file", pem("stranger"))));
    }

    @Test
    void refusesAPeerWhoseCertificateIsForAnotherHost() throws Exception {
        assertRefused(output("127.0.0.1", Map.of("ca_file", pem("peer"))));
    }

    @Test
    void endsInTimeWhenAStoppedPeerReadsNothing() throws Exception {
        OutputModule output = output("localhost", Map.of("ca_file", pem("peer"), "timeout", "5s", "format", "raw"));
        output.deliver(Events.event("1"));
        byte[] large = new byte[10 << 20];
        new Random(1).nextBytes(large);

        peer.pause();
        try {
            long start = System.nanoTime();
            DeliveryException failure = failure(output, large);
            output.close();

            assertThat(failure.isRetryable()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        } finally {
            peer.resume();
        }
        assertThat(Await.until(SecureWebSocketTest::threadsOfTheClient, List::isEmpty))
                .isEmpty();
    }

    private void assertRefused(OutputModule output) {
        DeliveryException failure = failure(output, new byte[] {'1'});

        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasCauseInstanceOf(SSLException.class).hasMessageContaining("Cannot connect to wss://");
        assertThat(peer.handshakes(channel)).isEmpty();
    }

    private static DeliveryException failure(OutputModule output, byte[] body) {
        DeliveryException failure =
                output.deliverAll(List.of(Events.event(body))).get(0).failure();
        assertThat(failure).isNotNull();
        return failure;
    }

    private static List<String> threadsOfTheClient() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("WebSocket"))
                .toList();
    }

    private OutputModule output(String host, Map<String, ?> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("url", peer.url(host, channel));
        Settings read = Settings.of(settings);
        OutputModule output = new WebSocketProvider().create(read, null);
        assertThat(read.problems()).isEmpty();
        open = output;
        return output;
    }

    private static String pem(String name) throws IOException {
        Path pem = folder.resolve(name + ".pem");
        TestPrograms.run(folder, keytool("-exportcert", "-rfc", "-alias", name, "-file", pem.toString(), name));
        return pem.toString();
    }

    private static void makeCertificate(String name) throws IOException {
        TestPrograms.run(
                folder,
                keytool(
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "30",
                        name));
    }

    /** The last of the arguments is the name of the key store. */
    private static String[] keytool(String... arguments) {
        int last = arguments.length - 1;
        String store = folder.resolve(arguments[last] + ".p12").toString();
        String program = TestPrograms.java().resolveSibling("keytool").toString();
        return Stream.of(
                        Stream.of(program),
                        Arrays.stream(arguments, 0, last),
                        Stream.of("-storetype", "PKCS12", "-keystore", store, "-storepass", PASSPHRASE))
                .flatMap(part -> part)
                .toArray(String[]::new);
    }
}

package org.corewebhook.signature.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.corewebhook.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteClientTest {

    private static final NameResolver LOOPBACK = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};

    @Test
    void returnsStatusAndBodyOfAGet() throws Exception {
        try (FakeServer server = FakeServer.answering(200, "{\"keys\":[]}")) {
            RemoteAnswer answer = client(LOOPBACK).get(server.uri("/keys?a=b"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"keys\":[]}");
            assertThat(server.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.method()).isEqualTo("GET");
                assertThat(asked.path()).isEqualTo("/keys?a=b");
                assertThat(asked.header("Connection")).isEqualTo("close");
            });
        }
    }

    @Test
    void sendsFormFieldsAndHeaders() throws Exception {
        try (FakeServer server = FakeServer.answering(200, "")) {
            client(LOOPBACK)
                    .postForm(
                            server.uri("/introspect"),
                            Map.of("token", "a+b/c&d=é"),
                            Headers.of("Authorization", "Basic eDp5"));

            assertThat(server.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.body()).isEqualTo("token=a%2Bb%2Fc%26d%3D%C3%A9");
                assertThat(asked.header("Authorization")).isEqualTo("Basic eDp5");
                assertThat(asked.header("Content-type")).startsWith("application/x-www-form-urlencoded");
            });
        }
    }

    @Test
    void doesNotFollowRedirects() throws Exception {
        try (FakeServer server = new FakeServer(asked -> FakeServer.answer(302, "/elsewhere"))) {
            assertThat(client(LOOPBACK).get(server.uri("/")).status()).isEqualTo(302);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void failsWhenTheAnswerIsTooLarge() {
        try (FakeServer server = FakeServer.answering(200, "x".repeat(1001))) {
            RemoteClient client = RemoteClient.builder(RemotePolicy.operatorUrls())
                    .maxBytes(1000)
                    .names(LOOPBACK)
                    .build();

            assertThatThrownBy(() -> client.get(server.uri("/"))).hasMessageEndingWith("answered more than 1000 bytes");
        }
    }

    @Test
    void takesAnAnswerOfExactlyTheLimit() throws Exception {
        try (FakeServer server = FakeServer.answering(200, "x".repeat(1000))) {
            RemoteClient client = RemoteClient.builder(RemotePolicy.operatorUrls())
                    .maxBytes(1000)
                    .names(LOOPBACK)
                    .build();

            assertThat(client.get(server.uri("/")).body()).hasSize(1000);
        }
    }

    @Test
    void refusesAMetadataServiceWhateverItsName() throws Exception {
        NameResolver metadata =
                host -> new InetAddress[] {InetAddress.getLoopbackAddress(), InetAddress.getByName("169.254.169.254")};
        try (FakeServer server = FakeServer.answering(200, "secret")) {
            URI url = URI.create("http://keys.example:" + server.port() + "/");

            assertThatThrownBy(() -> client(metadata).get(url))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageStartingWith("keys.example must not be connected to: 169.254.169.254");
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void refusesPrivateAddressesForUrlsOfSenders() {
        RemoteClient client = RemoteClient.builder(RemotePolicy.senderUrls(host -> true))
                .names(LOOPBACK)
                .build();

        assertThatThrownBy(() -> client.get(URI.create("https://keys.example/")))
                .hasMessageContaining("is loopback");
    }

    @Test
    void refusesWhatThePolicyRefusesBeforeAnyNameIsResolved() {
        NameResolver never = host -> {
            throw new AssertionError("asked for " + host);
        };
        RemoteClient client = RemoteClient.builder(RemotePolicy.senderUrls(host -> false))
                .names(never)
                .build();

        assertThatThrownBy(() -> client.get(URI.create("https://keys.example/p?token=t0p")))
                .hasMessage("https://keys.example must not be asked: its host is not on the list");
    }

    @Test
    void givesUpOnAServerThatTricklesItsAnswer() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread trickling = new Thread(() -> trickle(listener));
            trickling.start();
            RemoteClient client = RemoteClient.builder(RemotePolicy.operatorUrls())
                    .timeout(Duration.ofSeconds(2))
                    .names(LOOPBACK)
                    .build();

            assertThatThrownBy(() -> client.get(URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/")))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageMatching(".* (has not answered within 2000 ms|did not answer)");
            listener.close(); // a client that was held up has never come
            trickling.join();
        }
    }

    @Test
    void givesUpOnAResolverThatHangs() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        NameResolver hanging = host -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        RemoteClient client = RemoteClient.builder(RemotePolicy.operatorUrls())
                .timeout(Duration.ofMillis(200))
                .names(hanging)
                .build();

        assertThatThrownBy(() -> client.get(URI.create("http://keys.example/"))).isInstanceOf(RemoteException.class);
        released.countDown();
    }

    @Test
    void saysThatAServerDoesNotAnswerWithoutQuotingTheQuery() throws Exception {
        int port;
        try (ServerSocket closedSoon = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = closedSoon.getLocalPort();
        }

        assertThatThrownBy(() -> client(LOOPBACK).get(URI.create("http://127.0.0.1:" + port + "/?token=t0p")))
                .isInstanceOf(RemoteException.class)
                .hasMessage("http://127.0.0.1:" + port + " did not answer");
    }

    private static void trickle(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                socket.getOutputStream().write('x');
                LockSupport.parkNanos(20_000_000);
            }
        } catch (IOException e) {
            return; // the client has gone, which is what the test is about
        }
    }

    private static RemoteClient client(NameResolver names) {
        return RemoteClient.builder(RemotePolicy.operatorUrls())
                .timeout(Duration.ofSeconds(30))
                .names(names)
                .build();
    }
}

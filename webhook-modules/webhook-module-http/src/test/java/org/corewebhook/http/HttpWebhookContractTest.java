package org.corewebhook.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class HttpWebhookContractTest extends OutputModuleContract {

    private Destination destination;

    @BeforeEach
    void startTheDestination() throws IOException {
        destination = new Destination();
    }

    @AfterEach
    void stopTheDestination() {
        destination.close();
    }

    @Override
    protected OutputModuleProvider provider() {
        return new HttpWebhookProvider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("url", destination.url("/hook"));
    }

    @Override
    protected List<byte[]> received() {
        return destination.received().stream().map(Destination.Received::body).toList();
    }

    @Override
    protected Map<String, ?> unreachableSettings() throws IOException {
        return Map.of(
                "url",
                "http://127.0.0.1:" + portWithoutServer() + "/" + SECRET + "?token=" + SECRET,
                "headers",
                Map.of("Authorization", "Bearer " + SECRET),
                "timeout",
                "2s");
    }

    @Override
    protected Refusal refusal() {
        destination.answering(Destination.answer(400, "X-Echo", SECRET));
        return Refusal.by(Map.of("url", destination.url("/?token=" + SECRET)));
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of(
                "url",
                "ftp://user:" + SECRET + "@files.example/",
                "method",
                SECRET,
                "headers",
                Map.of("X-Broken", SECRET + "\r\nX-Injected: 1"),
                "forward_headers",
                SECRET,
                "allowed_headers",
                7,
                "timeout",
                SECRET,
                "connect_timeout",
                "1h",
                "max_connections",
                0);
    }

    @Override
    protected int expectedProblems() {
        return 8;
    }

    @Override
    protected boolean belongsToTheTest(Thread thread) {
        return thread.getName().equals(Destination.THREAD);
    }

    private static int portWithoutServer() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class RedisPublishContractTest extends OutputModuleContract {

    private static final String START = "{\"payload\":";

    private final RedisServer server = RedisServer.shared();
    private final String channel = "test-" + UUID.randomUUID();
    private Subscriber subscriber;

    @BeforeEach
    void subscribe() throws InterruptedException {
        subscriber = new Subscriber(server, channel);
    }

    @AfterEach
    void unsubscribe() throws InterruptedException {
        subscriber.close();
    }

    @Override
    protected OutputModuleProvider provider() {
        return new RedisPublishProvider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return server.settings("channel", channel);
    }

    @Override
    protected List<byte[]> received() throws IOException {
        List<byte[]> bodies = new ArrayList<>();
        for (byte[] message : subscriber.messages()) {
            bodies.add(payload(message));
        }
        return bodies;
    }

    /** JSON is taken out as it stands, whatever a JSON library would make of it. */
    private static byte[] payload(byte[] message) throws IOException {
        JsonNode envelope = new ObjectMapper().readTree(message);
        if (envelope.path("payload_encoding").asText().equals("base64")) {
            return envelope.path("payload").binaryValue();
        }
        String text = new String(message, UTF_8);
        int end = text.lastIndexOf(",\"headers\":");
        return Arrays.copyOfRange(
                message, START.length(), text.substring(0, end).getBytes(UTF_8).length);
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return Map.of("host", "127.0.0.1", "port", 1, "password", SECRET, "timeout", "2s");
    }

    @Override
    protected Refusal refusal() {
        return Refusal.notApplicable("a channel takes every message");
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of(
                "host", "redis://" + SECRET,
                "port", SECRET,
                "channel", "a\n" + SECRET,
                "user", SECRET,
                "ssl", SECRET,
                "timeout", SECRET,
                "db", SECRET,
                "max_connections", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 8; // the password of the user is missing
    }

    @Override
    protected boolean belongsToTheTest(Thread thread) {
        return thread.getName().equals(Subscriber.THREAD);
    }
}

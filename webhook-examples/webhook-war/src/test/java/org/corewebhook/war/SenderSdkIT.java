package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.corewebhook.war.SenderPackages.Arrived;
import org.corewebhook.war.SenderPackages.Signed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The receiver between the official packages of senders: it takes what they sign, and they take what it relays. */
@Timeout(600)
class SenderSdkIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] SENDERS = {
        "stripe",
        "standardwebhooks",
        "svix",
        "github",
        "slack",
        "shopify",
        "twilio",
        "twilio-json",
        "square",
        "discord",
        "sendgrid"
    };

    @TempDir
    private Path folder;

    private RelayDestination destination;
    private SenderPackages packages;
    private List<Signed> signed;

    @BeforeEach
    void sign() throws Exception {
        destination = new RelayDestination();
        packages = SenderPackages.in(Files.createDirectory(folder.resolve("node")));
        signed = packages.sign();
    }

    @AfterEach
    void close() {
        destination.close();
    }

    @Test
    void acceptsWhatTheySignRefusesAFlippedByteAndRelaysSoThatTheyVerifyIt() throws Exception {
        assertThat(signed).extracting(Signed::sender).containsExactly(SENDERS);
        try (ReceiverProcess receiver = ReceiverProcess.start(folder, webhooks(), Map.of())) {
            SoftAssertions softly = new SoftAssertions();
            for (Signed webhook : signed) {
                byte[] flipped = webhook.body().clone();
                flipped[flipped.length / 2] ^= 1;
                softly.assertThat(post(receiver, webhook, flipped))
                        .as(webhook.sender() + ", one bit flipped")
                        .isEqualTo(401);
                softly.assertThat(post(receiver, webhook, webhook.body()))
                        .as(webhook.sender())
                        .isEqualTo(200);
            }
            softly.assertAll();
        }
        assertArrivedAsSent();
        assertThat(packages.verify(destination.arrived())).isEqualTo(verdicts(true));
        assertThat(packages.verify(tampered(destination.arrived())))
                .as("packages that take everything would prove nothing")
                .isEqualTo(verdicts(false));
    }

    private static int post(ReceiverProcess receiver, Signed webhook, byte[] body) throws Exception {
        List<String> headers = new ArrayList<>();
        webhook.headers().forEach((name, value) -> {
            headers.add(name);
            headers.add(value);
        });
        String path = "/webhook/" + webhook.sender() + webhook.query();
        return receiver.post(path, body, headers.toArray(String[]::new)).statusCode();
    }

    private void assertArrivedAsSent() {
        List<Arrived> arrived = destination.arrived();
        assertThat(arrived).extracting(Arrived::sender).containsExactly(SENDERS);
        for (int i = 0; i < SENDERS.length; i++) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(arrived.get(i).headers());
            assertThat(arrived.get(i).bodyBase64())
                    .as(SENDERS[i])
                    .isEqualTo(signed.get(i).body());
            assertThat(headers)
                    .as(SENDERS[i])
                    .containsAllEntriesOf(signed.get(i).headers());
        }
    }

    private static List<Arrived> tampered(List<Arrived> requests) {
        return requests.stream()
                .map(request -> {
                    byte[] body = request.bodyBase64().clone();
                    body[body.length / 2] ^= 1;
                    return new Arrived(request.sender(), request.headers(), body);
                })
                .toList();
    }

    private static Map<String, Boolean> verdicts(boolean verdict) {
        Map<String, Boolean> verdicts = new LinkedHashMap<>();
        for (String sender : SENDERS) {
            verdicts.put(sender, verdict);
        }
        return verdicts;
    }

    /** Every endpoint relays with the sender's own headers, named one by one. */
    private String webhooks() throws Exception {
        Map<String, Object> endpoints = new LinkedHashMap<>();
        for (Signed webhook : signed) {
            Map<String, Object> relay = Map.of(
                    "url",
                    destination.url(webhook.sender()),
                    "allowed_headers",
                    List.copyOf(webhook.headers().keySet()));
            endpoints.put(
                    webhook.sender(),
                    Map.of(
                            "data_type",
                            webhook.dataType(),
                            "signature",
                            webhook.settings(),
                            "acknowledge_timeout",
                            "60s", // the first delivery of a cold process on a busy machine
                            "module",
                            "http_webhook",
                            "module-config",
                            relay));
        }
        return JSON.writeValueAsString(endpoints);
    }
}

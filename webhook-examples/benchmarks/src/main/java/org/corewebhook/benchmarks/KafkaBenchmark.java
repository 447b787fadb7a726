package org.corewebhook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The receiver with {@code "acknowledge": "delivered"} to Kafka, against bare servlets that append to the same topic,
 * one whose threads wait for the broker and one whose threads do not. Uses the topic {@value #TOPIC} of a broker that
 * runs already.
 */
final class KafkaBenchmark {

    private static final String TOPIC = "webhook-benchmark";

    private KafkaBenchmark() {}

    static void run(Options options) throws IOException, InterruptedException {
        makeTopic(options.bootstrap());
        Servers servers = Servers.unpack(options);
        try (ServerUnderTest receiver = receiver(options, servers)) {
            List<String> headers = HttpBenchmark.headersOf(receiver);
            try (ServerUnderTest blocking = floor(options, servers, KafkaFloorServer.BLOCKING, headers);
                    ServerUnderTest asynchronous = floor(options, servers, KafkaFloorServer.ASYNCHRONOUS, headers)) {
                HttpBenchmark.compare(options, List.of(blocking, asynchronous, receiver));
            }
        }
    }

    private static void makeTopic(String bootstrap) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.empty(), Optional.empty())))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IOException("No topic " + TOPIC + " at " + bootstrap + ": is a broker running there?", e);
            }
        }
    }

    private static ServerUnderTest receiver(Options options, Servers servers) throws IOException {
        Path connections = Files.writeString(
                Files.createTempFile("connections", ".json"),
                "{\"events\": {\"type\": \"kafka\", \"bootstrap_servers\": \"" + options.bootstrap() + "\"}}");
        connections.toFile().deleteOnExit();
        String webhooks = "{\"orders\": {\"module\": \"kafka\", \"connection\": \"events\", \"module-config\":"
                + " {\"topic\": \"" + TOPIC + "\"}, \"acknowledge\": \"delivered\", \"hmac\": {\"secret\": \""
                + SignedRequest.SECRET + "\", \"header\": \"X-Hub-Signature-256\"}}}";
        return servers.receiver(
                "receiver",
                webhooks,
                Map.of("WEBHOOK_STORE", "none", "CONNECTIONS_CONFIG_FILE", connections.toString()));
    }

    private static ServerUnderTest floor(Options options, Servers servers, String manner, List<String> headers)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(options.bootstrap(), TOPIC, manner));
        arguments.addAll(headers);
        return servers.floor(manner, KafkaFloorServer.class, arguments);
    }
}

package org.corewebhook.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A real broker in a process of its own, and what tests want of it. */
final class KafkaBroker implements AutoCloseable {

    private static final String BODIES_UP_TO_32_MIB = String.valueOf(32 << 20);
    private static final String PLAIN_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String USER = "receiver";
    private static final String PASSWORD = "right-password";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static @Nullable KafkaBroker shared;
    private static @Nullable KafkaBroker own;

    private final String address;
    private final @Nullable String saslAddress;
    private final @Nullable ServerProcess process;

    private KafkaBroker(String address, @Nullable String saslAddress, @Nullable ServerProcess process) {
        this.address = address;
        this.saslAddress = saslAddress;
        this.process = process;
    }

    /** Returns the broker for all tests that leave it running: that of {@code TEST_KAFKA=host:port}, or an own one. */
    static synchronized KafkaBroker shared() {
        KafkaBroker broker = shared;
        if (broker == null) {
            String given = TestPrograms.addressFrom("TEST_KAFKA");
            broker = given == null ? own() : new KafkaBroker(given, null, null);
            shared = broker;
        }
        return broker;
    }

    /** Returns the broker of this run for tests that need to know its settings. */
    static synchronized KafkaBroker own() {
        KafkaBroker broker = own;
        if (broker == null) {
            broker = start();
            own = broker;
        }
        return broker;
    }

    /** Starts a broker on a free port, with data of its own. */
    static KafkaBroker start() {
        try {
            Path folder = Files.createTempDirectory("kafka-broker-");
            String address = "127.0.0.1:" + TestPrograms.freePort();
            String saslAddress = "127.0.0.1:" + TestPrograms.freePort();
            Path properties =
                    Files.writeString(folder.resolve("server.properties"), properties(address, saslAddress, folder));
            Path formatted = Files.createDirectory(folder.resolve("format"));
            format(properties, formatted);
            ServerProcess process = ServerProcess.start(
                    "kafka", java("kafka.Kafka", properties.toString()), Map.of(), folder, () -> answers(address));
            return new KafkaBroker(address, saslAddress, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void format(Path properties, Path folder) throws IOException {
        List<String> command =
                java("kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", properties + "");
        TestPrograms.run(folder, command.toArray(new String[0]));
    }

    private static String properties(String address, String saslAddress, Path folder) {
        String controller = "127.0.0.1:" + TestPrograms.freePort();
        return String.join(
                "\n",
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@" + controller,
                "listeners=PLAINTEXT://" + address + ",SASL_PLAINTEXT://" + saslAddress + ",CONTROLLER://" + controller,
                "advertised.listeners=PLAINTEXT://" + address + ",SASL_PLAINTEXT://" + saslAddress,
                "sasl.enabled.mechanisms=PLAIN",
                "listener.name.sasl_plaintext.plain.sasl.jaas.config=" + PLAIN_LOGIN + " user_" + USER + "=\""
                        + PASSWORD + "\";",
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
                "log.dirs=" + folder.resolve("data"),
                "offsets.topic.replication.factor=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.min.isr=1",
                "auto.create.topics.enable=false",
                // A broker that was killed is let in again when its old session is over, after 9 s by default.
                "broker.heartbeat.interval.ms=500",
                "broker.session.timeout.ms=4000",
                // Events of a test clock may be older than a week, the time after which records go by default.
                "log.retention.ms=-1",
                "message.max.bytes=" + BODIES_UP_TO_32_MIB);
    }

    /** Our slf4j comes first: the broker's has nobody who would print. */
    private static List<String> java(String main, String... arguments) throws IOException {
        String broker = Files.readString(classPathFile()).strip();
        String logging = jarOf(LoggerFactory.class) + ":"
                + jarOf(LoggerFactory.getILoggerFactory().getClass());
        List<String> command = new ArrayList<>(List.of(
                TestPrograms.java().toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                logging + ":" + broker,
                main));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path classPathFile() {
        Path file = jarOf(KafkaBroker.class).resolveSibling("kafka-broker.classpath");
        if (!Files.exists(file)) {
            throw new IllegalStateException("The broker's class path is missing. Make it with: "
                    + "mvn generate-test-resources -pl webhook-modules/webhook-module-kafka -am");
        }
        return file;
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean answers(String address) throws Exception {
        try (Admin admin = admin(address, 2_000, 20_000)) {
            return !admin.describeCluster().nodes().get().isEmpty();
        }
    }

    private static Admin admin(String address, int requestMillis, int callMillis) {
        return Admin.create(Map.of(
                "bootstrap.servers",
                address,
                "request.timeout.ms",
                requestMillis,
                "default.api.timeout.ms",
                callMillis));
    }

    String address() {
        return address;
    }

    /** Returns a connection to it, with time for a busy machine. */
    SharedConnection connection() {
        return TestConnections.connection(Map.of("bootstrap_servers", address, "timeout", "1m"));
    }

    /** Returns a connection to it with a password, the right one or another. */
    SharedConnection connectionWith(String password) {
        return TestConnections.connection(Map.of(
                "bootstrap_servers",
                String.valueOf(saslAddress),
                "timeout",
                "1m",
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                PLAIN_LOGIN + " username=\"" + USER + "\" password=\"" + password + "\";"));
    }

    String rightPassword() {
        return PASSWORD;
    }

    /** Makes a topic of one partition that takes bodies up to 32 MiB, and returns its name. */
    String newTopic() {
        return newTopic(1, Map.of("max.message.bytes", BODIES_UP_TO_32_MIB));
    }

    String newTopic(int partitions, Map<String, String> configuration) {
        return newTopic("topic-" + UUID.randomUUID(), partitions, configuration);
    }

    String newTopic(String name, int partitions, Map<String, String> configuration) {
        try (Admin admin = admin(address, 30_000, 60_000)) {
            create(admin, new NewTopic(name, partitions, (short) 1).configs(configuration));
            awaitLeaders(admin, name, partitions);
            return name;
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Creates a topic. A broker that has just come back, or was stopped for a while, does not count as one for a
     * moment; and the client may repeat a request that was done already, so a topic that exists is ours.
     */
    private static void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.createTopics(Set.of(topic)).all().get();
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicExistsException) {
                    return;
                }
                if (!(e.getCause() instanceof InvalidReplicationFactorException) || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    /**
     * Waits until the broker leads each partition, which it does a moment after the topic is there. A broker that turns
     * the first batch of a producer away in that moment and takes the second one refuses the first for ever
     * (KAFKA-15591); the records in it would expire.
     */
    private static void awaitLeaders(Admin admin, String topic, int partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.listOffsets(ends).all().get(); // asks again by itself while a partition has no leader
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    /** Returns all records of a topic so far. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "max.partition.fetch.bytes", 64 << 20, "max.poll.records", 10_000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    ServerProcess process() {
        if (process == null) {
            throw new IllegalStateException("This broker is not ours to take away");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}

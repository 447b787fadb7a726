package org.corewebhook.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.corewebhook.configuration.Settings;

/**
 * Compares what 64 senders get acknowledged per second through the receiver with what they get from Kafka's producer
 * alone, each waiting for its record. Arguments: seconds per round (5), rounds (3).
 */
public final class KafkaBenchmark {

    private static final int SENDERS = 64;
    private static final int BODY_BYTES = 1024;

    private KafkaBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Duration round = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 5);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        KafkaBroker broker = KafkaBroker.shared();
        for (int i = 0; i < rounds; i++) {
            for (int linger : List.of(0, 5)) {
                Map<String, ?> connection =
                        Map.of("type", "kafka", "bootstrap_servers", broker.address(), "linger_ms", linger);
                report("module, linger_ms " + linger, module(connection, broker.newTopic(), round), round);
                report("producer alone, linger.ms " + linger, producer(connection, broker.newTopic(), round), round);
            }
        }
        broker.close();
    }

    private static long module(Map<String, ?> connection, String topic, Duration round) throws Exception {
        try (Senders senders = new Senders(connection, topic, SENDERS, BODY_BYTES, Duration.ofSeconds(5))) {
            Senders.awaitAll(senders.send(2_000, () -> false));
            int before = senders.accepted().size();
            long end = System.nanoTime() + round.toNanos();
            Senders.awaitAll(senders.send(Long.MAX_VALUE / 2, () -> System.nanoTime() > end));
            return (long) senders.accepted().size() - before;
        }
    }

    private static long producer(Map<String, ?> connection, String topic, Duration round) throws Exception {
        Map<String, Object> settings =
                KafkaConnectionOptions.read(Settings.of(connection)).producer();
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] body = ("{\"padding\":\"" + "x".repeat(BODY_BYTES - 14) + "\"}").getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topic, body)).get();
            AtomicLong acknowledged = new AtomicLong();
            long end = System.nanoTime() + round.toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                running.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        producer.send(new ProducerRecord<>(topic, body)).get();
                        acknowledged.incrementAndGet();
                    }
                    return null;
                }));
            }
            Senders.awaitAll(running);
            return acknowledged.get();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void report(String what, long events, Duration round) {
        System.out.printf(Locale.ROOT, "%-28s %,8d events/s%n", what, events / round.toSeconds());
    }
}

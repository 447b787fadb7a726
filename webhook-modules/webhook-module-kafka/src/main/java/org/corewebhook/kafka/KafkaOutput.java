package org.corewebhook.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.corewebhook.Headers;
import org.corewebhook.Headers.Header;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.DeliveryOutcome;
import org.corewebhook.spi.OutputModule;
import org.corewebhook.spi.SharedConnection;

/** Appends each event to a topic as one record; acknowledged by all replicas in sync it is delivered. Thread-safe. */
final class KafkaOutput implements OutputModule {

    static final String EVENT_ID = "webhook-event-id";

    private static final int MAX_BATCH = 1000;
    private static final Duration WITHOUT_CONNECTION = Duration.ofSeconds(10);

    private final KafkaOutputOptions options;
    private final SharedConnection connection;
    private final Set<SentRecords> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    KafkaOutput(KafkaOutputOptions options, SharedConnection connection) {
        this.options = options;
        this.connection = connection;
    }

    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        DeliveryException failure = deliverAll(List.of(event)).get(0).failure();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public List<DeliveryOutcome> deliverAll(List<WebhookEvent> events) {
        SentRecords records = new SentRecords(options.topic(), events.size());
        underWay.add(records);
        try {
            SharedProducer shared = connection.client(SharedProducer.class);
            long start = System.nanoTime();
            Producer<byte[], byte[]> producer = shared.producer();
            sendAll(producer, events, records, shared.maxSendingTime());
            records.await(shared.timeout().minusNanos(System.nanoTime() - start));
            if (records.producerIsBroken()) {
                shared.discard(producer);
            }
        } catch (DeliveryException e) {
            records.giveUp(0, e);
        } finally {
            underWay.remove(records);
        }
        return records.outcomes();
    }

    /** Hands the records over in order, until one meets an obstacle that would hold up those behind it as well. */
    private void sendAll(
            Producer<byte[], byte[]> producer, List<WebhookEvent> events, SentRecords records, Duration atMost)
            throws DeliveryException {
        long start = System.nanoTime();
        int next = 0;
        DeliveryException obstacle = null;
        while (obstacle == null && next < events.size()) {
            send(producer, events.get(next), next, records);
            next++;
            obstacle = records.obstacle();
            if (obstacle == null && System.nanoTime() - start > atMost.toNanos()) {
                obstacle = failure("no time left to send");
            }
        }
        if (obstacle != null) {
            records.giveUp(next, obstacle);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
    private void send(Producer<byte[], byte[]> producer, WebhookEvent event, int index, SentRecords records)
            throws DeliveryException {
        if (closed) {
            throw failure("the output is closed");
        }
        try {
            producer.send(record(event), (metadata, failure) -> records.completed(index, failure));
        } catch (InterruptException e) {
            throw Failures.of(options.topic(), e);
        } catch (KafkaException | IllegalStateException e) {
            records.notTaken(index, e);
        }
    }

    private ProducerRecord<byte[], byte[]> record(WebhookEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                options.topic(),
                options.partition(),
                event.receivedAt().toEpochMilli(),
                options.key().of(event.body()),
                event.body());
        record.headers().add(EVENT_ID, utf8(event.id()));
        if (options.forwardHeaders()) {
            forward(event.headers(), record.headers());
        }
        return record;
    }

    /** Names in lower case: those of HTTP know no case, those of Kafka do. */
    private static void forward(Headers request, org.apache.kafka.common.header.Headers record) {
        for (Header header : request) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (!name.equals(EVENT_ID)) {
                record.add(name, utf8(header.value()));
            }
        }
    }

    private DeliveryException failure(String what) {
        return DeliveryException.retryable("Topic " + options.topic() + ": " + what, null);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int maxBatch() {
        return MAX_BATCH;
    }

    /** The connection says; asking it opens nothing that reaches out. */
    @Override
    public Duration timeout() {
        try {
            return connection.client(SharedProducer.class).timeout();
        } catch (DeliveryException e) {
            return WITHOUT_CONNECTION; // closed: no call can block
        }
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(records -> records.giveUp(0, failure("the output was closed")));
    }

    @Override
    public String toString() {
        return "kafka topic " + options.topic() + " via " + connection;
    }
}

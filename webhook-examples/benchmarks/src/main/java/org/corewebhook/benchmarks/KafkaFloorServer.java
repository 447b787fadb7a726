package org.corewebhook.benchmarks;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.catalina.LifecycleException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A bare servlet that checks what {@link Floor} checks, appends the body to a topic as the receiver would, with one
 * producer that is set up like the receiver's, and answers when all replicas in sync have it. Prints its port.
 */
public final class KafkaFloorServer {

    /** The thread of a request waits for its record: how most such servlets are written. */
    static final String BLOCKING = "blocking";

    /** The producer's thread answers; no thread waits. */
    static final String ASYNCHRONOUS = "asynchronous";

    private KafkaFloorServer() {}

    /** Takes the broker, the topic, the manner, and the headers of the answer as name, value, name, value. */
    public static void main(String[] arguments) throws IOException, LifecycleException, GeneralSecurityException {
        String[] headers = Arrays.copyOfRange(arguments, 3, arguments.length);
        Producer<byte[], byte[]> producer = producer(arguments[0]);
        FloorServer.serve(new Appending(headers, producer, arguments[1], arguments[2].equals(ASYNCHRONOUS)));
    }

    /** What webhook-module-kafka sets by default, as far as it matters while all goes well. */
    private static Producer<byte[], byte[]> producer(String bootstrap) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                5,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "none",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                32 << 20,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                64L << 20,
                ProducerConfig.BATCH_SIZE_CONFIG,
                128 << 10,
                ProducerConfig.ENABLE_METRICS_PUSH_CONFIG,
                false);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static final class Appending extends Floor {

        private static final long serialVersionUID = 1L;

        private final transient Producer<byte[], byte[]> producer;
        private final String topic;
        private final boolean asynchronous;

        Appending(String[] headers, Producer<byte[], byte[]> producer, String topic, boolean asynchronous)
                throws GeneralSecurityException {
            super(headers);
            this.producer = producer;
            this.topic = topic;
            this.asynchronous = asynchronous;
        }

        @Override
        void accept(byte[] body, HttpServletRequest request, HttpServletResponse response) throws IOException {
            ProducerRecord<byte[], byte[]> sent =
                    new ProducerRecord<>(topic, null, System.currentTimeMillis(), null, body);
            sent.headers().add("webhook-event-id", UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
            if (asynchronous) {
                acceptLater(sent, request.startAsync(request, response), response);
            } else {
                acceptNow(sent, response);
            }
        }

        private void acceptNow(ProducerRecord<byte[], byte[]> sent, HttpServletResponse response) throws IOException {
            try {
                producer.send(sent).get();
                answer(200, response);
            } catch (ExecutionException e) {
                answer(503, response);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer(503, response);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
        private void acceptLater(
                ProducerRecord<byte[], byte[]> sent, AsyncContext context, HttpServletResponse response) {
            producer.send(sent, (metadata, failure) -> {
                try {
                    answer(failure == null ? 200 : 503, response);
                } catch (IOException e) {
                    System.err.println("A sender went away: " + e.getMessage());
                } finally {
                    context.complete();
                }
            });
        }
    }
}

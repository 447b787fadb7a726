package org.corewebhook.kafka;

import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/**
 * The idempotent producer of one connection, made on first use and made anew when it is broken. Thread-safe.
 *
 * <p>Why one: a producer batches over all topics and threads, and has a thread, a buffer and connections of its own.
 */
final class SharedProducer implements AutoCloseable {

    static final Class<ByteArraySerializer> SERIALIZER = ByteArraySerializer.class;

    private final KafkaConnectionOptions options;
    private final Object lock = new Object();
    private @Nullable Producer<byte[], byte[]> current;
    private boolean closed;

    SharedProducer(KafkaConnectionOptions options) {
        this.options = options;
    }

    /** Returns the longest time of a call. */
    Duration timeout() {
        return options.timeout();
    }

    /** Returns the longest time for handing over a batch; the last record may block for as long again. */
    Duration maxSendingTime() {
        return options.maxBlock();
    }

    /** Returns a producer that is not known to be broken. */
    Producer<byte[], byte[]> producer() throws DeliveryException {
        synchronized (lock) {
            if (closed) {
                throw DeliveryException.retryable("The connection to " + options + " is closed", null);
            }
            Producer<byte[], byte[]> open = current;
            if (open == null) {
                open = open();
                current = open;
            }
            return open;
        }
    }

    private Producer<byte[], byte[]> open() throws DeliveryException {
        try {
            return new KafkaProducer<>(options.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw Failures.ofOpening(options.toString(), e);
        }
    }

    /** Closes a producer that is broken; the next call gets a new one. */
    void discard(Producer<byte[], byte[]> broken) {
        synchronized (lock) {
            if (current != broken) {
                return;
            }
            current = null;
        }
        broken.close(Duration.ZERO);
    }

    /** Records that are on their way are given up, so that calls which wait for them return at once. */
    @Override
    public void close() {
        Producer<byte[], byte[]> open;
        synchronized (lock) {
            closed = true;
            open = current;
            current = null;
        }
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }

    @Override
    public String toString() {
        return options.toString();
    }
}

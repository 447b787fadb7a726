package org.corewebhook.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ReturnCallback;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corewebhook.rabbitmq.RabbitMqOptions.Route;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel in confirm mode; used by one call at a time, never again after anything went wrong on it. */
final class PublishingChannel implements ConfirmListener, ReturnCallback, ShutdownListener {

    private static final Logger log = LoggerFactory.getLogger(PublishingChannel.class);

    private static final Pattern TOO_LARGE = Pattern.compile("message size \\d+ .*max size (\\d{1,18})");

    /** What the other properties of a message and the frame itself take at most. */
    private static final int OTHER_HEADER_BYTES = 2048;

    private final Channel channel;
    private final int maxHeaderBytes;
    private volatile @Nullable Batch current;
    private volatile boolean broken;

    private PublishingChannel(Channel channel, int frameMax) {
        this.channel = channel;
        this.maxHeaderBytes = frameMax == 0 ? Integer.MAX_VALUE : frameMax - OTHER_HEADER_BYTES;
    }

    static PublishingChannel open(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("All channels of the connection are in use");
        }
        PublishingChannel publishing = new PublishingChannel(channel, connection.getFrameMax());
        channel.addConfirmListener(publishing);
        channel.addReturnListener(publishing);
        channel.addShutdownListener(publishing);
        channel.confirmSelect();
        return publishing;
    }

    boolean isUsable() {
        return !broken && channel.isOpen();
    }

    /** Declares the queue, or makes sure that the exchange is there. */
    void prepare(Route route) throws IOException {
        if (!route.toQueue()) {
            channel.exchangeDeclarePassive(route.exchange());
        } else if (route.declare()) {
            channel.queueDeclare(route.routingKey(), true, false, false, route.arguments());
        }
    }

    /** Publishes all messages, then awaits the broker's word on each until the moment of patience. */
    void publish(Batch batch, long patience) throws DeliveryException {
        broken = true;
        current = batch;
        try {
            batch.publish(channel, maxHeaderBytes);
            if (!batch.await(patience)) {
                batch.end(DeliveryException.retryable("RabbitMQ has not confirmed the message in time", null));
            }
            broken = !batch.isAnswered();
        } catch (IOException | RuntimeException e) {
            failed(batch, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            batch.end(DeliveryException.retryable("Interrupted while waiting for RabbitMQ", e));
        } finally {
            current = null;
        }
    }

    void abort() {
        try {
            channel.abort();
        } catch (IOException | RuntimeException e) {
            log.debug("A channel did not close cleanly", e);
        }
    }

    @Override
    public void handleAck(long deliveryTag, boolean multiple) {
        confirmed(deliveryTag, multiple, true);
    }

    @Override
    public void handleNack(long deliveryTag, boolean multiple) {
        confirmed(deliveryTag, multiple, false);
    }

    private void confirmed(long deliveryTag, boolean multiple, boolean taken) {
        Batch batch = current;
        if (batch != null) {
            batch.confirmed(deliveryTag, multiple, taken);
        }
    }

    @Override
    public void handle(Return returned) {
        Batch batch = current;
        if (batch != null) {
            String reason = returned.getReplyCode() + " " + returned.getReplyText();
            batch.returned(returned.getProperties().getMessageId(), reason);
        }
    }

    @Override
    public void shutdownCompleted(ShutdownSignalException cause) {
        Batch batch = current;
        if (batch != null) {
            failed(batch, cause);
        }
    }

    private static void failed(Batch batch, Exception cause) {
        Matcher limit = TOO_LARGE.matcher(Failures.reason(cause));
        if (limit.find()) {
            batch.tooLarge(Long.parseLong(limit.group(1)));
        }
        batch.end(Failures.publishing(batch.route(), cause));
    }
}

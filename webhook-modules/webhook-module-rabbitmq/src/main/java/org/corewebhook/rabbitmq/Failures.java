package org.corewebhook.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;

/** Says what trouble with the broker means for events. */
final class Failures {

    private Failures() {}

    /** Returns the failure to open a connection: it may pass, also a refused login, for it is not about the event. */
    static DeliveryException opening(BrokerOptions options, Exception cause) {
        String text = "No connection to RabbitMQ at " + options.target() + ": " + reason(cause);
        return DeliveryException.retryable(text, cause);
    }

    /** Returns the failure of something that the broker was asked to do before publishing. */
    static DeliveryException preparing(RabbitMqOptions.Route route, Exception cause) {
        int code = replyCode(signal(cause));
        String text = "RabbitMQ does not let us publish to " + route + ": " + reason(cause);
        boolean forGood = code == AMQP.PRECONDITION_FAILED
                || code == AMQP.ACCESS_REFUSED
                // A queue that is not found when it is declared lives on a node that is down.
                || (code == AMQP.NOT_FOUND && !route.toQueue());
        return forGood ? DeliveryException.permanent(text, cause) : DeliveryException.retryable(text, cause);
    }

    /** Returns the failure of messages that were on their way when the channel or the connection ended. */
    static DeliveryException publishing(RabbitMqOptions.Route route, Exception cause) {
        String text = "RabbitMQ has not confirmed the message for " + route + ": " + reason(cause);
        return replyCode(signal(cause)) == AMQP.ACCESS_REFUSED
                ? DeliveryException.permanent(text, cause)
                : DeliveryException.retryable(text, cause);
    }

    /** Returns the code with which the broker has closed the channel or the connection, or 0. */
    private static int replyCode(@Nullable ShutdownSignalException signal) {
        Method method = signal == null ? null : signal.getReason();
        if (method instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return method instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    /** Returns what the broker has said, or else what went wrong. */
    static String reason(Throwable cause) {
        ShutdownSignalException signal = signal(cause);
        Method method = signal == null ? null : signal.getReason();
        if (method instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (method instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (signal != null) {
            return "the connection is lost";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static @Nullable ShutdownSignalException signal(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof ShutdownSignalException signal) {
                return signal;
            }
        }
        return null;
    }
}

package org.corewebhook.kafka;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.corewebhook.spi.DeliveryException;

/** Tells what a failure of Kafka's means for the event and for the producer. */
final class Failures {

    private Failures() {}

    /**
     * Returns the failure of one record. Refused for good is only what the record itself is the reason for; missing
     * topics can be created and missing rights granted, so those are tried again.
     */
    static DeliveryException of(String topic, Throwable failure) {
        String message = "Topic " + topic + ": " + describe(failure);
        return isRefusal(failure)
                ? DeliveryException.permanent(message, failure)
                : DeliveryException.retryable(message, failure);
    }

    /** Returns the failure to make a producer. */
    static DeliveryException ofOpening(String target, KafkaException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof IllegalArgumentException) {
            // Kafka's parser of sasl.jaas.config quotes what it has read, which may be a password.
            return DeliveryException.retryable(
                    "No producer for " + target + ": sasl.jaas.config or another setting cannot be read", null);
        }
        return DeliveryException.retryable("No producer for " + target + ": " + describe(root), failure);
    }

    /** Tells whether a producer is of no more use after this failure of a record. */
    static boolean breaksProducer(Throwable failure) {
        return failure instanceof AuthenticationException
                || failure instanceof ClusterAuthorizationException
                || failure instanceof TransactionalIdAuthorizationException
                || failure instanceof ProducerFencedException
                || failure instanceof InvalidProducerEpochException
                || failure instanceof InvalidPidMappingException
                || failure instanceof OutOfOrderSequenceException
                || failure instanceof UnsupportedVersionException;
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof InvalidTopicException
                || failure instanceof InvalidTimestampException
                || failure instanceof InvalidRecordException
                || failure instanceof PolicyViolationException;
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        return message == null || message.isBlank() ? kind : kind + ": " + message;
    }
}

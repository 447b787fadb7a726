package org.corewebhook.spi;

import org.jspecify.annotations.Nullable;

/**
 * What became of one event of a batch.
 *
 * @param failure why it was not delivered, or null if the destination has confirmed it
 */
public record DeliveryOutcome(@Nullable DeliveryException failure) {

    private static final DeliveryOutcome DELIVERED = new DeliveryOutcome(null);

    /** Returns the outcome of an event that the destination has confirmed. */
    public static DeliveryOutcome delivered() {
        return DELIVERED;
    }

    /** Returns the outcome of an event that was not delivered. */
    public static DeliveryOutcome failed(DeliveryException failure) {
        return new DeliveryOutcome(failure);
    }
}

package org.corewebhook.store;

import java.time.Instant;
import java.util.List;
import org.corewebhook.WebhookEvent;

/**
 * One stored event with everything that is known of it.
 *
 * @param event the event
 * @param damaged the body does not have the checksum that it had when it was accepted
 * @param deliveries its deliveries that are not forgotten
 * @param attempts the failed attempts, oldest first
 */
public record EventView(
        WebhookEvent event, boolean damaged, List<DeliveryView> deliveries, List<FailedAttempt> attempts) {

    /**
     * One attempt that failed.
     *
     * @param lane the lane that tried
     * @param at when it ended
     * @param error why it failed
     */
    public record FailedAttempt(String lane, Instant at, String error) {}
}

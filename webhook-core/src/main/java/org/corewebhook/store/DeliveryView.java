package org.corewebhook.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stored delivery, as an operator sees it.
 *
 * @param sequence its place in the order of arrival
 * @param eventId the event's id
 * @param endpoint the endpoint that accepted it
 * @param lane where it goes
 * @param state where it stands
 * @param attempts attempts that failed
 * @param bodyBytes size of the body
 * @param receivedAt when it was accepted
 * @param nextAttempt when it is tried again, or null
 * @param keptUntil when it is forgotten, or null if it is not done
 * @param lastError why the last attempt failed, or null
 */
public record DeliveryView(
        long sequence,
        String eventId,
        String endpoint,
        String lane,
        DeliveryState state,
        int attempts,
        long bodyBytes,
        Instant receivedAt,
        @Nullable Instant nextAttempt,
        @Nullable Instant keptUntil,
        @Nullable String lastError) {}

package org.corewebhook.store;

import org.jspecify.annotations.Nullable;

/**
 * Which stored deliveries an operator means; what is null does not matter.
 *
 * @param eventId the event's id
 * @param endpoint the endpoint's id
 * @param lane the lane's name
 * @param state where the delivery stands
 * @param fromMillis received at or after
 * @param toMillis received before
 * @param beforeSequence only smaller sequences, for paging
 * @param limit at most so many
 */
public record DeliveryFilter(
        @Nullable String eventId,
        @Nullable String endpoint,
        @Nullable String lane,
        @Nullable DeliveryState state,
        @Nullable Long fromMillis,
        @Nullable Long toMillis,
        @Nullable Long beforeSequence,
        int limit) {

    /** Returns the filter that everything passes. */
    public static DeliveryFilter all(int limit) {
        return new DeliveryFilter(null, null, null, null, null, null, null, limit);
    }

    /** Returns this filter for one state, or for all of them. */
    public DeliveryFilter in(@Nullable DeliveryState wanted) {
        return new DeliveryFilter(eventId, endpoint, lane, wanted, fromMillis, toMillis, beforeSequence, limit);
    }

    /** Returns this filter for one event. */
    public DeliveryFilter of(String wantedEventId) {
        return new DeliveryFilter(wantedEventId, endpoint, lane, state, fromMillis, toMillis, beforeSequence, limit);
    }

    /** Returns this filter for smaller sequences only, and at most so many. */
    public DeliveryFilter before(@Nullable Long sequence, int atMost) {
        return new DeliveryFilter(eventId, endpoint, lane, state, fromMillis, toMillis, sequence, atMost);
    }
}

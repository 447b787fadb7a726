package org.corewebhook;

import java.time.Instant;
import java.util.List;
import org.corewebhook.configuration.Problem;
import org.jspecify.annotations.Nullable;

/**
 * How the receiver is doing, at one moment.
 *
 * @param stopping no new work is accepted any more
 * @param endpoints number of configured endpoints
 * @param problems all problems of the running configuration
 * @param closedEndpoints endpoints that answer 503, with the reason
 * @param lanes lanes that hold events or had a failure and no success since
 * @param connections the connections that endpoints use
 * @param bodyBytes bytes of bodies in memory
 * @param maxBodyBytes the limit for them
 */
public record ReceiverHealth(
        boolean stopping,
        int endpoints,
        List<Problem> problems,
        List<ClosedEndpoint> closedEndpoints,
        List<LaneHealth> lanes,
        List<ConnectionHealth> connections,
        long bodyBytes,
        long maxBodyBytes) {

    /**
     * An endpoint that cannot accept webhooks.
     *
     * @param id its id
     * @param reason what is wrong, for the operator
     * @param authenticates whether requests are still authenticated before they get 503
     */
    public record ClosedEndpoint(String id, String reason, boolean authenticates) {}

    /**
     * One lane: an endpoint and one of its destinations.
     *
     * @param name {@code endpoint/destination}
     * @param state {@code ok}, {@code retrying} or {@code backing_off}
     * @param waiting events that are queued, being delivered or waiting for their next attempt
     * @param waitingBytes their bytes
     * @param delivered events delivered since the start
     * @param failed events given up since the start
     * @param lastError the last failure since the last success, or null
     * @param nextAttempt when a lane that backs off tries again, or null
     */
    public record LaneHealth(
            String name,
            String state,
            long waiting,
            long waitingBytes,
            long delivered,
            long failed,
            @Nullable String lastError,
            @Nullable Instant nextAttempt) {}

    /**
     * One connection.
     *
     * @param name its name in {@code connections.json}
     * @param type its type
     * @param state {@code unused} before the first event, {@code open}, or {@code failing} if it cannot be opened
     * @param lastError why it cannot be opened, or null
     */
    public record ConnectionHealth(
            String name,
            String type,
            String state,
            @Nullable String lastError) {}
}

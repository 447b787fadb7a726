package org.corewebhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One accepted webhook on its way to the destinations.
 *
 * <p>Immutable and thread-safe as long as nobody writes into {@link #body()}: it is the array that was received, not a
 * copy, so that it costs nothing to pass on.
 *
 * @param id names the event everywhere: UUIDv7 (RFC 9562), sortable by time; destinations can deduplicate on it
 * @param endpoint id of the endpoint that accepted it
 * @param receivedAt when it was accepted
 * @param headers the request's headers without the credentials that a validator consumed
 * @param body the exact bytes that came in
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are passed on as they are; events are compared by id
public record WebhookEvent(String id, String endpoint, Instant receivedAt, Headers headers, byte[] body) {

    /** Returns the {@code Content-Type} that the sender gave, or null. */
    public @Nullable String contentType() {
        return headers.first("Content-Type");
    }

    /** Returns this event with other content, as a transformation makes it. */
    public WebhookEvent with(Headers otherHeaders, byte[] otherBody) {
        return new WebhookEvent(id, endpoint, receivedAt, otherHeaders, otherBody);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WebhookEvent event && id.equals(event.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** Names the event; the payload is nobody's business in a log. */
    @Override
    public String toString() {
        return endpoint + "/" + id;
    }
}

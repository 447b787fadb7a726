package org.corewebhook.spi;

import java.time.Duration;
import java.util.Set;
import org.corewebhook.WebhookRequest;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may pass; one instance serves one endpoint.
 *
 * <p>Called on the request's thread, by many threads at once, with every request whose path names the endpoint. It must
 * not block for long. One that throws refuses the request (it fails closed) and is named in the log.
 */
@FunctionalInterface
public interface Validator {

    /** Returns the verdict; never null, and never an exception for a bad request. */
    ValidationResult validate(WebhookRequest request);

    /**
     * Returns the names of request headers that carry a credential for this validator: they are neither stored, logged
     * nor forwarded. Headers with signatures do not belong here, so that a relayed webhook can be verified again.
     */
    default Set<String> credentialHeaders() {
        return Set.of();
    }

    /** Returns what answers the handshakes of this validator's sender, or null if there are none. */
    default @Nullable Handshake handshake() {
        return null;
    }

    /** Returns the sender's own id of the event in an accepted request, or null if there is none. */
    default @Nullable ReceiptId receiptId(WebhookRequest request) {
        return null;
    }

    /**
     * Returns for how long an accepted request could be sent again and would pass: the tolerance of its timestamp, past
     * and future. For that long a request with the same signed {@link #receiptId} is not accepted twice, unless the
     * endpoint's {@code idempotency} says otherwise. By default 15 minutes; zero switches it off.
     */
    default Duration replayWindow() {
        return Duration.ofMinutes(15);
    }
}

package org.corewebhook.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether an event was accepted as its endpoint promises, and if not, why.
 *
 * @param refusal the text for the sender, or null if the event was accepted
 * @param retryAfter when the sender should try again
 * @param duplicate the event was accepted before: the sender gets the same answer, and nothing else happens
 */
public record Acceptance(@Nullable String refusal, Duration retryAfter, boolean duplicate) {

    private static final Acceptance ACCEPTED = new Acceptance(null, Duration.ZERO, false);
    private static final Acceptance DUPLICATE = new Acceptance(null, Duration.ZERO, true);

    static Acceptance accepted() {
        return ACCEPTED;
    }

    static Acceptance alreadyAccepted() {
        return DUPLICATE;
    }

    static Acceptance refused(String refusal, Duration retryAfter) {
        return new Acceptance(refusal, retryAfter, false);
    }
}

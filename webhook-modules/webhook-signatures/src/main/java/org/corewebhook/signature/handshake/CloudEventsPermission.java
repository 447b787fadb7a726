package org.corewebhook.signature.handshake;

import java.util.Set;
import org.corewebhook.ErrorKind;
import org.corewebhook.Headers;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents: an OPTIONS request with {@code WebHook-Request-Origin} asks whether that system may send (CloudEvents,
 * HTTP 1.1 Web Hooks for Event Delivery 1.0.2, section 4, abuse protection). Also how Azure Event Grid validates an
 * endpoint for events in the CloudEvents schema.
 *
 * <p>The answer repeats what is configured, never what was asked. {@code WebHook-Request-Callback} is not called: the
 * answer comes at once.
 *
 * @param origins the systems that may send, in the spelling of the answer; {@code *} for all
 * @param rate how many requests a minute they may send, or {@code *}
 */
record CloudEventsPermission(Set<String> origins, String rate) implements Handshake {

    CloudEventsPermission {
        if (!rate.equals("*") && !rate.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("allowed_rate must be a number of requests a minute, or *");
        }
    }

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String asking = request.method().equals("OPTIONS") ? Challenge.header(request, "WebHook-Request-Origin") : null;
        if (asking == null) {
            return null;
        }
        String allowed = allowed(asking);
        if (allowed == null) {
            return WebhookResponse.problem(ErrorKind.FORBIDDEN, "This origin may not send");
        }
        return WebhookResponse.text(200, "")
                .with(Headers.of("Allow", "POST", "WebHook-Allowed-Origin", allowed, "WebHook-Allowed-Rate", rate));
    }

    private @Nullable String allowed(String asking) {
        if (origins.contains("*")) {
            return "*";
        }
        return origins.stream()
                .filter(origin -> origin.equalsIgnoreCase(asking))
                .findFirst()
                .orElse(null);
    }
}

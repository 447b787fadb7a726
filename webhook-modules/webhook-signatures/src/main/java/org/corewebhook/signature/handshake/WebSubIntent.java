package org.corewebhook.signature.handshake;

import java.util.Set;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * WebSub: a hub asks with a GET whether we want to subscribe or unsubscribe, or tells that it denied us (W3C WebSub,
 * sections 5.2 and 5.3). Nobody signs that, so that only the topics that are configured are confirmed, and an
 * unsubscription only where that is allowed: anybody could ask a hub to end ours.
 *
 * @param topics the URLs that we subscribe to
 * @param mayUnsubscribe unsubscriptions of these topics are confirmed, too
 */
record WebSubIntent(Set<String> topics, boolean mayUnsubscribe) implements Handshake {

    private static final Logger log = LoggerFactory.getLogger(WebSubIntent.class);

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String mode = request.method().equals("GET") ? Challenge.parameter(request, "hub.mode") : null;
        if (mode == null) {
            return null;
        }
        String topic = Challenge.parameter(request, "hub.topic");
        boolean ours = topic != null && topics.contains(topic);
        boolean wanted = ours && (mode.equals("subscribe") || (mode.equals("unsubscribe") && mayUnsubscribe));
        if (wanted) {
            return Challenge.echo(Challenge.parameter(request, "hub.challenge"));
        }
        if (ours && mode.equals("denied")) {
            log.warn("A hub says that it denied the subscription to {}", topic);
            return WebhookResponse.text(200, "");
        }
        return WebhookResponse.problem(ErrorKind.NOT_FOUND, "This subscription is not wanted");
    }
}

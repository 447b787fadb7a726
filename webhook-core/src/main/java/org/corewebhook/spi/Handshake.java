package org.corewebhook.spi;

import java.util.List;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests by which a sender makes sure, before it sends events, that an endpoint belongs to who asked for
 * them: challenges, pings, confirmations of subscriptions.
 *
 * <p>Called on the request's thread, by many threads at once, before the endpoint's validators and for every method;
 * where the sender signs its handshake, the handshake itself proves that first. An exception refuses the request.
 */
@FunctionalInterface
public interface Handshake {

    /** Returns the answer, or null if the request is no handshake. */
    @Nullable
    WebhookResponse answer(WebhookRequest request);

    /** Returns a handshake that gives the answer of the first of these that has one. */
    static Handshake firstOf(List<Handshake> handshakes) {
        List<Handshake> all = List.copyOf(handshakes);
        return request -> {
            for (Handshake handshake : all) {
                WebhookResponse answer = handshake.answer(request);
                if (answer != null) {
                    return answer;
                }
            }
            return null;
        };
    }
}

package org.corewebhook;

import org.corewebhook.body.BodyRefusedException;
import org.corewebhook.configuration.Endpoint;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the handshakes of an endpoint. Stateless. */
final class HandshakeAnswers {

    private static final Logger log = LoggerFactory.getLogger(HandshakeAnswers.class);

    private HandshakeAnswers() {}

    /** Returns the answer of the first handshake that knows the request, or null if none does. */
    static @Nullable WebhookResponse first(Endpoint endpoint, WebhookRequest request) {
        for (Handshake handshake : endpoint.handshakes()) {
            WebhookResponse answer = answer(handshake, endpoint, request);
            if (answer != null) {
                log.debug("{}: a handshake, answered with {}", endpoint, answer);
                return answer;
            }
        }
        return null;
    }

    /** One that throws refuses the request: nobody gets an answer because our code failed. */
    private static @Nullable WebhookResponse answer(Handshake handshake, Endpoint endpoint, WebhookRequest request) {
        try {
            WebhookResponse answer = handshake.answer(request);
            return answer == null ? null : withoutSniffing(answer);
        } catch (BodyRefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("{}: a handshake failed, the request is refused: {}", endpoint, handshake.getClass(), e);
            return WebhookResponse.problem(ErrorKind.UNAUTHORIZED, "Processing error occurred in webhook validation");
        }
    }

    /** What a sender had us echo must not become a page in somebody's browser. */
    private static WebhookResponse withoutSniffing(WebhookResponse answer) {
        return answer.headers().first("X-Content-Type-Options") == null
                ? answer.with("X-Content-Type-Options", "nosniff")
                : answer;
    }
}

package org.corewebhook.servlet;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.body.BodyRefusedException;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a request may go on to the application. Thread-safe. */
final class SignatureGate {

    private static final Logger log = LoggerFactory.getLogger(SignatureFilter.class);
    private static final String FAILED = "Processing error occurred in webhook validation";
    private static final long REPORT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Validator validator;
    private final @Nullable Handshake handshake;
    private final boolean passRefusedOn;
    private final AtomicLong nextReport = new AtomicLong(System.nanoTime());

    SignatureGate(Validator validator, boolean passRefusedOn) {
        this.validator = validator;
        this.handshake = validator.handshake();
        this.passRefusedOn = passRefusedOn;
    }

    /**
     * What becomes of a request.
     *
     * @param answer what the sender gets at once, or null if the request goes on
     * @param verdict the validator's, or null if it was not asked
     */
    record Decision(
            @Nullable WebhookResponse answer, @Nullable ValidationResult verdict) {

        static Decision answer(WebhookResponse answer) {
            return new Decision(answer, null);
        }
    }

    /** Asks handshake and validator; a request that goes on has its body read, whatever the validator looked at. */
    Decision decide(WebhookRequest request, KeptBody body) {
        try {
            body.refuseTooLarge();
            WebhookResponse challenge = answerHandshake(request);
            body.throwFailure();
            if (challenge != null) {
                return Decision.answer(challenge);
            }
            ValidationResult verdict = validate(request);
            body.throwFailure();
            ErrorKind refusal = verdict.refusal();
            if (refusal != null && !passRefusedOn) {
                log.debug("{}: refused: {}", request, verdict);
                return Decision.answer(WebhookResponse.problem(refusal, verdict.detail(), verdict.retryAfter()));
            }
            body.bytes();
            return new Decision(null, verdict);
        } catch (BodyRefusedException e) {
            log.debug("{}: body refused", request, e);
            return Decision.answer(WebhookResponse.problem(e.kind(), e.detail(), e.retryAfter()));
        } catch (BodyConsumedException e) {
            report(request, e);
            String detail = e.getMessage() + ", see the log of the receiver";
            return Decision.answer(WebhookResponse.problem(ErrorKind.INTERNAL, detail));
        }
    }

    /** One that throws refuses the request: nobody gets an answer because our code failed. */
    private @Nullable WebhookResponse answerHandshake(WebhookRequest request) {
        if (handshake == null) {
            return null;
        }
        try {
            WebhookResponse answer = handshake.answer(request);
            // What a sender had us echo must not become a page in somebody's browser.
            return answer == null || answer.headers().first("X-Content-Type-Options") != null
                    ? answer
                    : answer.with("X-Content-Type-Options", "nosniff");
        } catch (BodyRefusedException | BodyConsumedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("{}: the handshake failed, the request is refused", request, e);
            return WebhookResponse.problem(ErrorKind.UNAUTHORIZED, FAILED);
        }
    }

    /** One that throws refuses the request: nobody gets in because our code failed. */
    private ValidationResult validate(WebhookRequest request) {
        try {
            return validator.validate(request);
        } catch (BodyRefusedException | BodyConsumedException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("{}: the validator failed, the request is refused", request, e);
            return ValidationResult.unauthorized(FAILED);
        }
    }

    /** The commonest mistake; said once a minute, since a sender could make us repeat it at will. */
    private void report(WebhookRequest request, BodyConsumedException e) {
        long now = System.nanoTime();
        long next = nextReport.get();
        if (now - next >= 0 && nextReport.compareAndSet(next, now + REPORT_INTERVAL_NANOS)) {
            log.error(
                    "{}: the body was read before the SignatureFilter saw it, so that no signature can be checked; the"
                            + " sender gets 500. Something in front called getParameter, getPart, getReader or"
                            + " getInputStream (filters for hidden methods, form content, logging, CSRF or"
                            + " authentication do): put the SignatureFilter before it. Said once a minute",
                    request,
                    e);
        } else {
            log.debug("{}: the body was read before the SignatureFilter saw it", request);
        }
    }
}

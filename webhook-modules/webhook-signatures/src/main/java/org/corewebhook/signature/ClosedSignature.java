package org.corewebhook.signature;

import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Stands in for a verifier whose settings are bad: nothing passes, even if nobody looks at the problems. */
final class ClosedSignature implements Validator {

    private static final ValidationResult CLOSED =
            ValidationResult.refused(ErrorKind.UNAVAILABLE, "Webhook is not available");

    @Override
    public ValidationResult validate(WebhookRequest request) {
        return CLOSED;
    }
}

package org.corewebhook.signature.credentials;

import java.util.regex.Pattern;
import org.corewebhook.ErrorKind;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Refusals that several validators have in common. */
final class Refusals {

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_-]{1,20}");
    private static final ValidationResult CLOSED =
            ValidationResult.refused(ErrorKind.UNAVAILABLE, "Webhook is not available");

    private Refusals() {}

    /** Stands in for a validator whose settings are bad: nothing passes, even if nobody looks at the problems. */
    static Validator closed() {
        return request -> CLOSED;
    }

    /** Returns {@code text: name} if what the sender called it is short and plain, otherwise the text alone. */
    static ValidationResult naming(String text, String name) {
        return ValidationResult.unauthorized(HARMLESS.matcher(name).matches() ? text + ": " + name : text);
    }
}

package org.corewebhook.signature.credentials;

import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;

/** Takes the token out of the request and has it checked. */
final class RecaptchaValidator implements Validator {

    /** Tokens are opaque, but plain text; nothing else is worth a question. */
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,8192}");

    private static final ValidationResult MALFORMED = ValidationResult.unauthorized("Invalid reCAPTCHA token format");

    private final RecaptchaToken location;
    private final RecaptchaCheck check;
    private final RemoteTrouble trouble;
    private final ValidationResult missing;

    RecaptchaValidator(RecaptchaToken location, RecaptchaCheck check, RemoteTrouble trouble) {
        this.location = location;
        this.check = check;
        this.trouble = trouble;
        this.missing = ValidationResult.unauthorized("Missing reCAPTCHA token (expected in " + location.where() + ")");
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        String token = location.find(request);
        if (token == null || token.isBlank()) {
            return missing;
        }
        if (!TOKEN.matcher(token).matches()) {
            return MALFORMED;
        }
        try {
            return check.verify(token);
        } catch (RemoteException e) {
            return trouble.refuse(e);
        }
    }

    @Override
    public Set<String> credentialHeaders() {
        return location.headers();
    }
}

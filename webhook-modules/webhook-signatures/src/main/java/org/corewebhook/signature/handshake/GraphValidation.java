package org.corewebhook.signature.handshake;

import java.util.regex.Pattern;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Microsoft Graph: a POST with {@code validationToken} in its query; the answer is the decoded token as plain text
 * (learn.microsoft.com, "Receive change notifications through webhooks", notificationUrl validation).
 *
 * <p>The tokens that are seen are a sentence, {@code Validation: Testing client application reachability for
 * subscription Request-Id: 522a8e7e-...}, so that blanks and colons are let through here. No key is involved.
 */
record GraphValidation() implements Handshake {

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=: -]{1,256}");

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String token = request.method().equals("POST") ? Challenge.parameter(request, "validationToken") : null;
        if (token == null) {
            return null;
        }
        boolean harmless = token.length() <= 256 && TOKEN.matcher(token).matches();
        return harmless ? WebhookResponse.text(200, token) : Challenge.malformed();
    }
}

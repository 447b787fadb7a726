package org.corewebhook.signature.handshake;

import java.util.Base64;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * X (Twitter): a GET with {@code crc_token}; the answer is its base64 HMAC-SHA256 under the consumer secret
 * (docs.x.com, webhooks, the CRC check).
 *
 * <p>X signs events as the bare body under the same key, and this GET is not signed: a token that could be a body would
 * make us sign forged events for anybody. Tokens of X are base64; what is a JSON value ({@code 12345678}) is refused.
 */
record ChallengeResponseCheck(Secret consumerSecret) implements Handshake {

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9+/_=-]{8,128}");

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        String token = request.method().equals("GET") ? Challenge.parameter(request, "crc_token") : null;
        if (token == null) {
            return null;
        }
        if (!TOKEN.matcher(token).matches() || JsonBody.isJson(token)) {
            return Challenge.malformed();
        }
        byte[] answer = AnswerKey.sign(consumerSecret, token);
        return Challenge.json("response_token", "sha256=" + Base64.getEncoder().encodeToString(answer));
    }
}

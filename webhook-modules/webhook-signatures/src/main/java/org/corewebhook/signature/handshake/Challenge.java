package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/**
 * What a sender wants to see again, and the answers that show it: as plain text or JSON that no browser takes for a
 * page.
 *
 * <p>Only short words of harmless characters are shown; anything else could be markup, or a message that we would sign.
 */
final class Challenge {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._~+/=-]{1,256}");

    private Challenge() {}

    /** Tells whether this is 1-256 characters out of {@code A-Z a-z 0-9 . _ ~ + / = -}. */
    static boolean isWord(@Nullable String text) {
        return text != null && text.length() <= 256 && WORD.matcher(text).matches();
    }

    /** Returns the value of a query parameter that is there exactly once, or null. */
    static @Nullable String parameter(WebhookRequest request, String name) {
        if (request.query() == null) {
            return null;
        }
        List<String> values = request.queryParameters(name);
        return values.size() == 1 ? values.get(0) : null;
    }

    /** Returns the value of a header that is there exactly once, or null. */
    static @Nullable String header(WebhookRequest request, String name) {
        return request.headers().count(name) == 1 ? request.headers().first(name) : null;
    }

    /** Shows the challenge as the whole body if it is harmless. */
    static WebhookResponse echo(@Nullable String challenge) {
        return challenge != null && isWord(challenge) ? WebhookResponse.text(200, challenge) : malformed();
    }

    /** Shows the challenge as the only member of a JSON object if it is harmless. */
    static WebhookResponse echo(String member, @Nullable String challenge) {
        return isWord(challenge) ? json(member, challenge) : malformed();
    }

    /** Answers with a JSON object of these names and values in turn. */
    static WebhookResponse json(@Nullable String... namesAndValues) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return WebhookResponse.json(200, object.toString());
    }

    /** The challenge is none that we show. */
    static WebhookResponse malformed() {
        return WebhookResponse.problem(ErrorKind.MALFORMED, "Malformed challenge");
    }

    /** What the request brought along does not entitle it to an answer. */
    static WebhookResponse unauthorized() {
        return WebhookResponse.problem(ErrorKind.UNAUTHORIZED, "Unauthorized");
    }
}

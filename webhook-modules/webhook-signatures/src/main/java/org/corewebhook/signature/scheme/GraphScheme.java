package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignedContent;
import org.jspecify.annotations.Nullable;

/**
 * Microsoft Graph: each notification carries the {@code clientState} of the subscription (learn.microsoft.com, "Receive
 * change notifications through webhooks"). It is a shared secret, not a signature. Thread-safe.
 */
final class GraphScheme implements SignatureScheme {

    private static final SchemeKey KEY = SchemeKey.text(SignatureAlgorithm.TOKEN);
    private static final SignedContent NOTHING = SignedContent.of();
    private static final int MAX_ITEMS = 1000;

    @Override
    public String name() {
        return "microsoft-graph";
    }

    @Override
    public SchemeKey key() {
        return KEY;
    }

    @Override
    public @Nullable Duration tolerance() {
        return null;
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        JsonNode items = request.json().path("value");
        if (!items.isArray() || items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "There are no notifications, or too many");
        }
        List<Proof> proofs = new ArrayList<>(items.size());
        for (JsonNode item : items) {
            JsonNode state = item.path("clientState");
            if (!state.isTextual()) {
                throw new UnprovenException(SignatureFailure.MISSING, "A notification has no clientState");
            }
            proofs.add(Proof.of(NOTHING, state.textValue().getBytes(StandardCharsets.UTF_8)));
        }
        return proofs;
    }
}

package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.signature.key.KeyFormat;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/**
 * Adyen's payment notifications: each item carries a signature of eight of its fields (docs.adyen.com, "Verify HMAC
 * signatures"). All items have to hold. <strong>Nothing else of the payload is signed.</strong> Thread-safe.
 */
final class AdyenScheme implements SignatureScheme {

    private static final SchemeKey KEY = new SchemeKey(SignatureAlgorithm.HMAC_SHA256, KeyFormat.HEX);
    private static final int MAX_ITEMS = 100;

    @Override
    public String name() {
        return "adyen";
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
        JsonNode items = request.json().path("notificationItems");
        if (!items.isArray() || items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "There are no notificationItems, or too many");
        }
        List<Proof> proofs = new ArrayList<>(items.size());
        for (JsonNode item : items) {
            proofs.add(proof(item.path("NotificationRequestItem")));
        }
        return proofs;
    }

    private static Proof proof(JsonNode item) throws UnprovenException {
        JsonNode signature = item.path("additionalData").path("hmacSignature");
        byte[] bytes = signature.isTextual() ? SignatureEncoding.BASE64.decode(signature.textValue()) : null;
        if (bytes == null) {
            throw new UnprovenException(SignatureFailure.MISSING, "An item has no hmacSignature in base64");
        }
        JsonNode amount = item.path("amount");
        String signed = String.join(
                ":",
                item.path("pspReference").asText(),
                item.path("originalReference").asText(),
                item.path("merchantAccountCode").asText(),
                item.path("merchantReference").asText(),
                amount.path("value").asText(),
                amount.path("currency").asText(),
                item.path("eventCode").asText(),
                item.path("success").asText());
        return Proof.of(SignedContent.of(signed), bytes);
    }

    /** Only one item makes one id; Adyen sends one in each JSON notification. */
    @Override
    public @Nullable ReceiptId id(SignedRequest request) {
        try {
            JsonNode items = request.json().path("notificationItems");
            JsonNode item = items.path(0).path("NotificationRequestItem");
            String id = item.path("pspReference").asText() + ":"
                    + item.path("eventCode").asText() + ":"
                    + item.path("success").asText();
            return items.size() == 1 ? new ReceiptId(id, true) : null;
        } catch (UnprovenException e) {
            return null; // not a proven request, so there is nothing to remember
        }
    }
}

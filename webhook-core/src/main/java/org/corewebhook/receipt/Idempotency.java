package org.corewebhook.receipt;

import com.fasterxml.jackson.core.JsonPointer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.corewebhook.WebhookRequest;
import org.corewebhook.payload.JsonPlace;
import org.corewebhook.spi.ReceiptId;
import org.corewebhook.store.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint recognises what its sender repeats: {@code idempotency} in {@code webhooks.json}, or, without that
 * key, the ids that a signature covers, for as long as a replay would pass.
 *
 * <p>A request without an id is accepted as if it were the first. An id that no signature covers only counts together
 * with the body: otherwise whoever can send one event could make the receiver take another for a duplicate. Immutable
 * and thread-safe.
 */
public final class Idempotency {

    /** How long receipts are remembered unless {@code window} says otherwise. */
    public static final Duration DEFAULT_WINDOW = Duration.ofDays(3);

    /** 128 bits: enough that nobody meets another's receipt, and half the space of the whole digest. */
    private static final int KEY_BYTES = 16;

    private final IdSource source;
    private final Duration window;

    Idempotency(IdSource source, Duration window) {
        this.source = source;
        this.window = window;
    }

    /** Finds the sender's id in a request. */
    @FunctionalInterface
    interface IdSource {
        @Nullable
        ReceiptId id(WebhookRequest request);
    }

    /** Returns the receipt of a proven request, or null if it has no id. */
    @Nullable
    Receipt receipt(String endpoint, WebhookRequest request, long nowMillis) {
        ReceiptId id = source.id(request);
        if (id == null || id.value().isBlank()) {
            return null;
        }
        MessageDigest digest = sha256();
        digest.update(endpoint.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update((byte) (id.signed() ? 1 : 2));
        digest.update(id.value().getBytes(StandardCharsets.UTF_8));
        if (!id.signed()) {
            digest.update(sha256().digest(request.body()));
        }
        byte[] key = Arrays.copyOf(digest.digest(), KEY_BYTES);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        return new Receipt(text, nowMillis + window.toMillis());
    }

    /** The value of a header, which signatures do not cover as a rule. */
    static IdSource header(String name) {
        return request -> {
            List<String> values = request.headers().all(name);
            return values.isEmpty() ? null : new ReceiptId(String.join("\n", values), false);
        };
    }

    /** A value in the payload. */
    static IdSource pointer(JsonPointer pointer, boolean bodyIsSigned) {
        JsonPlace place = new JsonPlace(pointer);
        return request -> {
            String value = place.in(request.body());
            return value == null ? null : new ReceiptId(value, bodyIsSigned);
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

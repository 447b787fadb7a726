package org.corewebhook.operations;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.jspecify.annotations.Nullable;

/** {@code GET /stats}: the counters of every label, to who may see them. */
final class StatsRoute implements Route {

    private static final int SHOWN_BYTES = 8;

    private final Statistics statistics;
    private final @Nullable AccessTokens tokens;
    private final @Nullable AddressList addresses;
    private final AddressRateLimit limit;
    private final boolean sanitizeIds;
    private final PeerAddress peers;

    StatsRoute(Statistics statistics, OperationsSettings settings, PeerAddress peers, Clock clock) {
        this.statistics = statistics;
        this.tokens = settings.statsTokens();
        this.addresses = settings.statsAddresses();
        this.limit = new AddressRateLimit(settings.statsRateLimit(), clock);
        this.sanitizeIds = settings.sanitizeIds();
        this.peers = peers;
    }

    @Override
    public WebhookResponse get(WebhookRequest request) {
        WebhookResponse refusal = refusal(request);
        return refusal == null ? Json.answer(counters()) : refusal;
    }

    private @Nullable WebhookResponse refusal(WebhookRequest request) {
        if (tokens != null) {
            AccessTokens.Proof proof = tokens.check(request);
            if (proof != AccessTokens.Proof.GIVEN) {
                return proof == AccessTokens.Proof.MISSING ? AccessTokens.required() : AccessTokens.invalid();
            }
        }
        String client = peers.client(request);
        if (addresses != null && !addresses.contains(client)) {
            return WebhookResponse.problem(ErrorKind.FORBIDDEN, "Access denied from this IP address");
        }
        return limit.refusal(client);
    }

    private Map<String, Map<String, Long>> counters() {
        Map<String, Map<String, Long>> counters = statistics.snapshot();
        if (!sanitizeIds) {
            return counters;
        }
        Map<String, Map<String, Long>> sanitized = new TreeMap<>();
        counters.forEach((label, windows) -> sanitized.put(sanitized(label), windows));
        return sanitized;
    }

    private static String sanitized(String label) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(label.getBytes(StandardCharsets.UTF_8));
            return "webhook_" + HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}

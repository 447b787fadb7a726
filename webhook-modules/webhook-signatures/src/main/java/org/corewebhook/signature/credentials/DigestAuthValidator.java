package org.corewebhook.signature.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@code Authorization: Digest}: for this very request, and never the same nonce and count twice.
 *
 * <p>With nonces of the sender's own the latest {@value #REMEMBERED_NONCES} uses are remembered; with ours, all of them
 * until the nonce expires.
 */
final class DigestAuthValidator implements Validator {

    static final int REMEMBERED_NONCES = 100_000;

    private static final long MAX_LIVE_NONCES = 1_000_000;
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Pattern COUNT = Pattern.compile("[0-9a-fA-F]{8}");
    private static final String[] REQUIRED = {"username", "realm", "nonce", "uri", "response"};
    private static final String[] REQUIRED_WITH_QOP = {"nc", "cnonce"};

    private static final AuthorizationHeader HEADER =
            new AuthorizationHeader("Digest", "Digest authentication required");
    private static final ValidationResult MALFORMED =
            ValidationResult.unauthorized("Invalid Digest Authorization header");
    private static final ValidationResult USERNAME = ValidationResult.unauthorized("Invalid digest auth username");
    private static final ValidationResult REALM = ValidationResult.unauthorized("Invalid digest auth realm");
    private static final ValidationResult QOP = ValidationResult.unauthorized("Invalid digest auth qop");
    private static final ValidationResult COUNTER = ValidationResult.unauthorized("Invalid digest auth nc");
    private static final ValidationResult URI = ValidationResult.unauthorized("Invalid digest auth uri");
    private static final ValidationResult RESPONSE = ValidationResult.unauthorized("Invalid digest auth response");
    private static final ValidationResult STALE = ValidationResult.unauthorized("Digest nonce is stale");
    private static final ValidationResult REPLAYED =
            ValidationResult.unauthorized("Digest nonce and count have already been used");
    private static final ValidationResult FULL =
            ValidationResult.unavailable("Too many digest nonces are in use, retry later", RETRY);

    private final DigestAccount account;
    private final SenderUrl url;
    private final NonceMemory used;
    private final @Nullable ServerNonces issued;

    private DigestAuthValidator(DigestAccount account, SenderUrl url, NonceMemory used, @Nullable ServerNonces issued) {
        this.account = account;
        this.url = url;
        this.used = used;
        this.issued = issued;
    }

    static DigestAuthValidator withNoncesOfSenders(DigestAccount account, SenderUrl url) {
        return new DigestAuthValidator(account, url, NonceMemory.latest(REMEMBERED_NONCES), null);
    }

    static DigestAuthValidator withServerNonces(DigestAccount account, SenderUrl url, Clock clock, Duration lifetime) {
        NonceMemory used = NonceMemory.expiring(clock, MAX_LIVE_NONCES);
        return new DigestAuthValidator(account, url, used, new ServerNonces(clock, lifetime));
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        ValidationResult result = check(request);
        if (issued == null || result.refusal() == null || result == FULL) {
            return result;
        }
        return result.with("WWW-Authenticate", challenge(issued, result == STALE || result == REPLAYED));
    }

    private ValidationResult check(WebhookRequest request) {
        ValidationResult refusal = HEADER.refusal(request);
        if (refusal != null) {
            return refusal;
        }
        Map<String, String> parameters = parameters(HEADER.credentials(request));
        if (parameters == null) {
            return MALFORMED;
        }
        refusal = form(parameters);
        if (refusal != null) {
            return refusal;
        }
        String target = url.target(request);
        if (!target.equals(parameters.get("uri"))) {
            return URI; // signed for something else
        }
        return account.answers(request.method(), target, parameters) ? spend(parameters) : RESPONSE;
    }

    private @Nullable ValidationResult form(Map<String, String> parameters) {
        String missing = missing(parameters, REQUIRED);
        boolean hasQop = parameters.containsKey("qop");
        if (missing == null && hasQop) {
            missing = missing(parameters, REQUIRED_WITH_QOP);
        }
        if (missing == null && issued != null && !hasQop) {
            missing = "qop";
        }
        if (missing != null) {
            return ValidationResult.unauthorized("Missing required Digest parameter: " + missing);
        }
        if (!account.username().matches(parameters.getOrDefault("username", ""))) {
            return USERNAME;
        }
        if (!account.realm().matches(parameters.getOrDefault("realm", ""))) {
            return REALM;
        }
        String algorithm = parameters.getOrDefault("algorithm", "MD5");
        if (!algorithm.equalsIgnoreCase(account.hash().algorithm())) {
            return Refusals.naming("Invalid digest auth algorithm", algorithm);
        }
        if (hasQop ? !"auth".equals(parameters.get("qop")) : parameters.containsKey("cnonce")) {
            return QOP;
        }
        return hasQop && !COUNT.matcher(parameters.getOrDefault("nc", "")).matches() ? COUNTER : null;
    }

    /** The response is right; accepts it once. */
    private ValidationResult spend(Map<String, String> parameters) {
        String nonce = parameters.getOrDefault("nonce", "");
        Instant until = issued == null ? Instant.MAX : issued.expiry(nonce);
        if (until == null) {
            return STALE;
        }
        // the count in one spelling: "0000000A" is "0000000a"
        String count = parameters.getOrDefault("nc", "-").toLowerCase(Locale.ROOT);
        return switch (used.use(count + " " + nonce, until)) {
            case FIRST -> ValidationResult.accepted();
            case USED -> REPLAYED;
            case FULL -> FULL;
        };
    }

    private String challenge(ServerNonces nonces, boolean stale) {
        String realm = account.realm().reveal().replace("\\", "\\\\").replace("\"", "\\\"");
        return "Digest realm=\"" + realm + "\", qop=\"auth\", algorithm="
                + account.hash().algorithm() + ", nonce=\"" + nonces.issue() + "\", charset=UTF-8"
                + (stale ? ", stale=true" : "");
    }

    /** Names do not depend on the case of letters here. */
    private static @Nullable Map<String, String> parameters(String text) {
        Map<String, String> sent = AuthenticationParameters.parse(text);
        if (sent == null) {
            return null;
        }
        Map<String, String> parameters = new HashMap<>();
        sent.forEach((name, value) -> parameters.put(name.toLowerCase(Locale.ROOT), value));
        return parameters.size() == sent.size() ? parameters : null;
    }

    private static @Nullable String missing(Map<String, String> parameters, String... names) {
        for (String name : names) {
            if (!parameters.containsKey(name)) {
                return name;
            }
        }
        return null;
    }

    @Override
    public Set<String> credentialHeaders() {
        return AuthorizationHeader.NAMES;
    }
}

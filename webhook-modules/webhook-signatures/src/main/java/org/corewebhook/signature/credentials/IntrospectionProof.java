package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.signature.remote.RemoteAnswer;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.signature.remote.RemoteLookup;
import org.corewebhook.signature.remote.RemoteLookup.Found;
import org.corewebhook.spi.ValidationResult;

/**
 * Asks the issuer about a token (RFC 7662). Answers are remembered, but never for longer than the token lives; those
 * about tokens that are not active for 10 seconds at most. Thread-safe.
 */
final class IntrospectionProof implements TokenProof {

    /** In the year 9999; later ones leave the range of what can be calculated with. */
    private static final long LATEST_EXPIRY = 253_402_300_799L;

    private static final int MAX_TOKENS = 10_000;
    private static final Duration MAX_INACTIVE = Duration.ofSeconds(10);
    private static final Duration FAILURE_MEMORY = Duration.ofSeconds(1);
    private static final ValidationResult INACTIVE = ValidationResult.unauthorized("OAuth 2.0 token is not active");

    private final RemoteClient client;
    private final URI url;
    private final Headers headers;
    private final Duration cacheTtl;
    private final TokenTerms terms;
    private final Clock clock;
    private final RemoteLookup<String, JsonNode> answers;

    /** Makes one; {@code headers} tell the issuer who we are. */
    IntrospectionProof(
            RemoteClient client, URI url, Headers headers, Duration cacheTtl, TokenTerms terms, Clock clock) {
        this.client = client;
        this.url = url;
        this.headers = headers;
        this.cacheTtl = cacheTtl;
        this.terms = terms;
        this.clock = clock;
        this.answers = new RemoteLookup<>(clock, MAX_TOKENS, FAILURE_MEMORY, client.timeout(), this::ask);
    }

    @Override
    public ValidationResult verify(String token) throws RemoteException {
        JsonNode claims = answers.get(token);
        return claims.isObject() ? terms.check(claims) : INACTIVE;
    }

    private Found<JsonNode> ask(String token) throws RemoteException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", token);
        form.put("token_type_hint", "access_token");
        RemoteAnswer answer = client.postForm(url, form, headers);
        JsonNode claims = answer.status() == 200 ? StrictJson.parse(answer.body()) : null;
        if (claims == null || !claims.path("active").isBoolean()) {
            throw new RemoteException(
                    url.getHost() + " answered " + answer.status() + " without saying whether a token is active", null);
        }
        return claims.path("active").booleanValue()
                ? new Found<>(claims, least(cacheTtl, lifetime(claims)))
                : new Found<>(MissingNode.getInstance(), least(cacheTtl, MAX_INACTIVE));
    }

    private Duration lifetime(JsonNode claims) {
        JsonNode expiry = claims.path("exp");
        return expiry.isNumber()
                ? Duration.between(clock.instant(), Instant.ofEpochSecond(Math.min(expiry.longValue(), LATEST_EXPIRY)))
                : cacheTtl;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}

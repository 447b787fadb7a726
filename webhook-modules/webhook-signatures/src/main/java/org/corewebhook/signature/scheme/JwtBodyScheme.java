package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.corewebhook.Secret;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.SignedContent;
import org.jspecify.annotations.Nullable;

/**
 * FusionAuth: a JSON Web Token (RFC 7519) in a header whose claim {@code request_body_sha256} is the hash of the body
 * (fusionauth.io, "Signing Webhooks"). The algorithm is configured; what the token says must agree. Thread-safe.
 */
final class JwtBodyScheme implements SignatureScheme {

    /** The algorithms by their names in RFC 7518 and RFC 8037. */
    static final Map<String, SignatureAlgorithm> ALGORITHMS = Map.of(
            "HS256", SignatureAlgorithm.HMAC_SHA256,
            "HS384", SignatureAlgorithm.HMAC_SHA384,
            "HS512", SignatureAlgorithm.HMAC_SHA512,
            "RS256", SignatureAlgorithm.RSA_SHA256,
            "ES256", SignatureAlgorithm.ECDSA_P256_SHA256,
            "EdDSA", SignatureAlgorithm.ED25519);

    private static final String HEADER = "X-FusionAuth-Signature-JWT";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String algorithm;
    private final SchemeKey key;
    private final Clock clock;

    JwtBodyScheme(String algorithm, SignatureAlgorithm kind, Clock clock) {
        this.algorithm = algorithm;
        this.key = kind.shared() ? SchemeKey.text(kind) : SchemeKey.publicKey(kind);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "fusionauth";
    }

    @Override
    public SchemeKey key() {
        return key;
    }

    @Override
    public @Nullable Duration tolerance() {
        return null;
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        String token = request.required(HEADER);
        String[] parts = token.split("\\.", 4);
        byte[] signature = parts.length == 3 ? SignatureEncoding.BASE64URL.decode(parts[2]) : null;
        if (signature == null) {
            throw malformed();
        }
        JsonNode header = json(parts[0]);
        if (!algorithm.equals(header.path("alg").asText()) || header.has("crit")) {
            throw malformed();
        }
        checkClaims(json(parts[1]), request);
        byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8);
        return List.of(Proof.of(SignedContent.of(signed), signature));
    }

    private void checkClaims(JsonNode claims, SignedRequest request) throws UnprovenException {
        byte[] hash = SignatureEncoding.BASE64.decode(
                claims.path("request_body_sha256").asText());
        if (hash == null || !Secret.equal(SignedTemplate.sha256(request.body()), hash)) {
            throw new UnprovenException(SignatureFailure.WRONG_SIGNATURE, "The body is not the one of the token");
        }
        long now = clock.instant().getEpochSecond();
        if (claims.has("exp") && claims.path("exp").asLong() <= now) {
            throw new UnprovenException(SignatureFailure.TOO_OLD, "The token has expired");
        }
        if (claims.has("nbf") && claims.path("nbf").asLong() > now) {
            throw new UnprovenException(SignatureFailure.TOO_NEW, "The token is not valid yet");
        }
    }

    private static JsonNode json(String part) throws UnprovenException {
        byte[] bytes = SignatureEncoding.BASE64URL.decode(part);
        if (bytes == null) {
            throw malformed();
        }
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw malformed();
        }
    }

    private static UnprovenException malformed() {
        return new UnprovenException(SignatureFailure.MALFORMED, "The token is no JWT with the configured algorithm");
    }
}

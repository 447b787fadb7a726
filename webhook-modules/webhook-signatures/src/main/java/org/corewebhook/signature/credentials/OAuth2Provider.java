package org.corewebhook.signature.credentials;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.configuration.Settings;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemotePolicy;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.corewebhook.validation.JwtAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code oauth2}: a bearer token (RFC 6750) that its issuer confirms (RFC 7662), or that is a signed JSON Web
 * Token.
 *
 * <p>One of {@code introspection_endpoint} (with {@code client_id}, {@code client_secret}), {@code jwt_secret},
 * {@code public_key} and {@code jwks_uri} is needed; {@code jwt_algorithms} says how tokens may be signed. Then
 * {@code required_scope}, {@code audience}, {@code issuer}, {@code verify_exp} (default true), {@code token_type}
 * (default Bearer), {@code cache_ttl} (tokens 60 s, keys 10 min) and {@code timeout} (default 5 s). With
 * {@code "validate_token": false} and none of the four, any token will do. Thread-safe.
 */
public final class OAuth2Provider implements ValidatorProvider {

    private static final List<String> PROOFS =
            List.of("introspection_endpoint", "jwt_secret", "public_key", "jwks_uri");
    private static final Duration TOKEN_TTL = Duration.ofMinutes(1);
    private static final Duration KEY_TTL = Duration.ofMinutes(10);

    /** Made by {@link java.util.ServiceLoader}. */
    public OAuth2Provider() {}

    @Override
    public String key() {
        return "oauth2";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.CREDENTIALS;
    }

    @Override
    public Validator create(Settings endpoint) {
        Settings settings = endpoint.object(key());
        Clock clock = endpoint.clock();
        String tokenType = settings.string("token_type", "Bearer");
        if (!tokenType.matches("[A-Za-z0-9-]{1,20}")) {
            settings.problem("token_type", "Must be one word, such as Bearer");
        }
        TokenTerms terms = TokenTerms.read(settings, clock);
        TokenProof proof = proof(settings, terms, clock);
        return proof == null
                ? Refusals.closed()
                : new BearerTokenValidator(tokenType, proof, new RemoteTrouble(key(), clock));
    }

    private static @Nullable TokenProof proof(Settings settings, TokenTerms terms, Clock clock) {
        boolean validate = settings.flag("validate_token", true);
        List<String> chosen = PROOFS.stream().filter(settings::has).toList();
        if (chosen.isEmpty()) {
            return presence(settings, validate, terms);
        }
        if (chosen.size() > 1) {
            settings.problem(chosen.get(1), "One proof is enough: remove it, or " + chosen.get(0));
            return null;
        }
        if (!validate) {
            settings.warning("validate_token", "Ignored: " + chosen.get(0) + " is there, so tokens are validated");
        }
        return switch (chosen.get(0)) {
            case "introspection_endpoint" -> introspection(settings, terms, clock);
            case "jwks_uri" -> published(settings, terms, clock);
            default -> configured(settings, chosen.get(0), terms);
        };
    }

    /** What the reference does on demand: any token is good. Scopes and the like could not be looked at. */
    private static @Nullable TokenProof presence(Settings settings, boolean validate, TokenTerms terms) {
        if (validate) {
            settings.problem("introspection_endpoint", "Is missing: tokens need one of " + String.join(", ", PROOFS));
            return null;
        }
        if (!terms.scopes().isEmpty()
                || !terms.audiences().isEmpty()
                || !terms.issuers().isEmpty()) {
            settings.problem("validate_token", "Must be true if tokens have to say something");
            return null;
        }
        settings.warning("validate_token", "Any token is accepted: senders are not proven");
        return token -> ValidationResult.accepted();
    }

    private static TokenProof introspection(Settings settings, TokenTerms terms, Clock clock) {
        URI url = url(settings, "introspection_endpoint");
        Duration ttl = settings.duration("cache_ttl", TOKEN_TTL, Duration.ZERO, Duration.ofHours(1));
        String id = settings.string("client_id");
        Secret secret = settings.secret("client_secret");
        if ((id == null) != (secret == null)) {
            settings.problem(id == null ? "client_id" : "client_secret", "Is missing: they go together");
        }
        Headers.Builder headers = Headers.builder().add("Accept", "application/json");
        if (id != null && secret != null) {
            headers.add("Authorization", "Basic " + clientCredentials(id, secret));
        }
        return new IntrospectionProof(client(settings), url, headers.build(), ttl, terms, clock);
    }

    /** As RFC 6749, 2.3.1 says: each part encoded as in a form. */
    private static String clientCredentials(String id, Secret secret) {
        String credentials = URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret.reveal(), StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static TokenProof published(Settings settings, TokenTerms terms, Clock clock) {
        URI url = url(settings, "jwks_uri");
        Duration ttl = settings.duration("cache_ttl", KEY_TTL, Duration.ofSeconds(1), Duration.ofDays(1));
        Set<JwtAlgorithm> algorithms = algorithms(settings);
        algorithms.removeIf(JwtAlgorithm::isShared);
        if (algorithms.isEmpty()) {
            settings.problem("jwt_algorithms", "Published keys need an RS, PS or ES algorithm");
        }
        return new JwtProof(algorithms, new RemoteTokenKeys(client(settings), url, ttl, clock), terms);
    }

    private static @Nullable TokenProof configured(Settings settings, String key, TokenTerms terms) {
        Secret secret = settings.requireSecret(key);
        Set<JwtAlgorithm> algorithms = algorithms(settings);
        if (key.equals("public_key")) {
            algorithms.removeIf(JwtAlgorithm::isShared);
        }
        return secret.isBlank()
                ? null
                : new JwtProof(algorithms, TokenKeys.configured(secret, algorithms, settings, key), terms);
    }

    /** By default HS256 for shared secrets; for key pairs what every issuer has. */
    private static Set<JwtAlgorithm> algorithms(Settings settings) {
        Set<JwtAlgorithm> algorithms = EnumSet.noneOf(JwtAlgorithm.class);
        for (String name : settings.strings("jwt_algorithms")) {
            Stream.of(JwtAlgorithm.values())
                    .filter(algorithm -> algorithm.name().equals(name.strip().toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresentOrElse(
                            algorithms::add,
                            () -> settings.problem(
                                    "jwt_algorithms", "Must be of " + EnumSet.allOf(JwtAlgorithm.class)));
        }
        if (!settings.has("jwt_algorithms")) {
            algorithms.addAll(EnumSet.of(JwtAlgorithm.HS256, JwtAlgorithm.RS256));
            if (settings.has("jwks_uri")) {
                algorithms.addAll(EnumSet.of(JwtAlgorithm.ES256, JwtAlgorithm.PS256));
            }
        }
        return algorithms;
    }

    private static URI url(Settings settings, String key) {
        URI url = settings.requireUri(key, "https", "http");
        if ("http".equalsIgnoreCase(url.getScheme())) {
            settings.warning(key, "Is not https: who is in between can confirm any token");
        }
        return url;
    }

    private static RemoteClient client(Settings settings) {
        Duration timeout = settings.duration(
                "timeout", RemoteClient.DEFAULT_TIMEOUT, Duration.ofMillis(10), Duration.ofSeconds(30));
        return RemoteClient.builder(RemotePolicy.operatorUrls())
                .timeout(timeout)
                .build();
    }
}

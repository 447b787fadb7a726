package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.credentials.Validators.assertAccepted;
import static org.corewebhook.signature.credentials.Validators.assertUnauthorized;
import static org.corewebhook.signature.credentials.Validators.problems;
import static org.corewebhook.signature.credentials.Validators.warnings;

import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.WebhookRequest;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuth2JwtTest {

    private static final long NOW = TestClock.START.getEpochSecond();
    private static final String INVALID = "Invalid OAuth 2.0 JWT token";

    private final TestClock clock = new TestClock();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"scope\":\"write read\"}",
                "{\"scope\":[\"read\",\"write\"]}",
                "{\"scp\":[\"write\"]}",
                "{\"scope\":\"write\",\"exp\":1767225601}",
                "{\"scope\":\"write\",\"exp\":1767225600.5,\"nbf\":1767225600}"
            })
    void acceptsATokenWithTheScope(String claims) {
        assertAccepted(validate(Map.of("required_scope", List.of("write")), Tokens.hs256(claims)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"scope\":\"read\"}",
                "{\"scope\":\"writer\"}",
                "{\"scope\":\"\"}",
                "{\"scope\":{\"write\":1}}",
                "{\"scope\":[[\"write\"]]}",
                "{\"scope\":null}",
                "{\"scope\":\"read\",\"scp\":\"write\"}"
            })
    void refusesATokenWithoutTheScope(String claims) {
        assertUnauthorized(
                validate(Map.of("required_scope", List.of("write")), Tokens.hs256(claims)),
                "OAuth 2.0 token missing required scopes");
    }

    @Test
    void wantsAllScopesHoweverTheyAreWritten() {
        Map<String, ?> both = Map.of("required_scope", "read write");

        assertAccepted(validate(both, Tokens.hs256("{\"scope\":\"write read\"}")));
        assertUnauthorized(
                validate(both, Tokens.hs256("{\"scope\":\"write\"}")), "OAuth 2.0 token missing required scopes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1767225600", "1", "-1", "null", "1767225599.9"})
    void refusesATokenThatHasExpiredOrSaysItInAnUnclearWay(String expiry) {
        String token = Tokens.hs256("{\"exp\":" + expiry + "}");

        assertUnauthorized(validate(Map.of(), token), "OAuth 2.0 token expired");
        assertAccepted(validate(Map.of("verify_exp", false), token));
    }

    @Test
    void refusesATokenThatIsNotYetValid() {
        assertUnauthorized(
                validate(Map.of(), Tokens.hs256("{\"nbf\":" + (NOW + 1) + "}")), "OAuth 2.0 token not yet valid");
        assertAccepted(validate(Map.of(), Tokens.hs256("{\"nbf\":" + NOW + "}")));
    }

    @Test
    void wantsOneOfTheAudiencesAndTheIssuer() {
        Map<String, ?> own = Map.of("audience", "webhook-api", "issuer", List.of("https://a", "https://b"));

        assertAccepted(validate(own, Tokens.hs256("{\"iss\":\"https://b\",\"aud\":[\"x\",\"webhook-api\"]}")));
        assertUnauthorized(
                validate(own, Tokens.hs256("{\"iss\":\"https://b\",\"aud\":\"webhook\"}")),
                "OAuth 2.0 token audience mismatch");
        assertUnauthorized(validate(own, Tokens.hs256("{\"iss\":\"https://b\"}")), "OAuth 2.0 token audience mismatch");
        assertUnauthorized(
                validate(own, Tokens.hs256("{\"iss\":\"https://c\",\"aud\":\"webhook-api\"}")),
                "OAuth 2.0 token issuer mismatch");
        assertUnauthorized(validate(own, Tokens.hs256("{\"aud\":\"webhook-api\"}")), "OAuth 2.0 token issuer mismatch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"alg\":\"none\"}|{}",
                "{\"alg\":\"HS512\"}|{}",
                "{\"alg\":\"hs256\"}|{}",
                "{}|{}",
                "null|{}",
                "[]|{}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"]}|{}",
                "{\"alg\":\"HS256\"}|[]",
                "{\"alg\":\"HS256\"}|null",
                "{\"alg\":\"HS256\"}|{\"exp\":\"1767229200\"}",
                "{\"alg\":\"HS256\"}|{\"a\":1,\"a\":2}"
            })
    void refusesOtherAlgorithmsAndMalformedTokensEvenIfTheSignatureIsRight(String header, String claims) {
        String token = Tokens.sign(Algorithm.HMAC256(Tokens.SECRET), header, claims);

        assertUnauthorized(validate(Map.of(), token), INVALID);
    }

    @Test
    void refusesAnotherSecretAndEveryChangeOfASign() {
        String token = Tokens.hs256("{\"scope\":\"a\"}");

        assertUnauthorized(
                validate(Map.of(), Tokens.sign(Algorithm.HMAC256("other"), "{\"alg\":\"HS256\"}", "{}")), INVALID);
        assertUnauthorized(validate(Map.of(), token.substring(0, token.lastIndexOf('.') + 1)), INVALID);
        // the last sign of 32 bytes in base64 carries two bits that do not count
        for (int i = 0; i < token.length() - 1; i++) {
            char changed = token.charAt(i) == 'A' ? 'B' : 'A';
            String other = token.substring(0, i) + changed + token.substring(i + 1);
            assertThat(validate(Map.of(), other).refusal()).as(other).isNotNull();
        }
    }

    @Property(tries = 300)
    void neverThrowsWhateverTheToken(@ForAll String text) {
        assertThat(validate(Map.of(), text).refusal()).isNotNull();
    }

    @Test
    void neverTakesAPublicKeyForASharedSecret() {
        Map<String, ?> own = Map.of("jwt_secret", Tokens.pem(Tokens.RSA), "jwt_algorithms", List.of("HS256", "RS256"));
        Validator validator = Validators.create(new OAuth2Provider(), own, clock);
        byte[] publicKey = Tokens.pem(Tokens.RSA).getBytes(StandardCharsets.UTF_8);

        assertAccepted(validator.validate(request("Bearer " + Tokens.rs256(Tokens.RSA, null, "{}"))));
        assertUnauthorized(
                validator.validate(
                        request("Bearer " + Tokens.sign(Algorithm.HMAC256(publicKey), "{\"alg\":\"HS256\"}", "{}"))),
                INVALID);
        assertUnauthorized(
                validator.validate(request("Bearer " + Tokens.rs256(Tokens.OTHER_RSA, null, "{}"))), INVALID);
    }

    @Test
    void takesAPublicKeyUnderItsOwnName() {
        Validator validator = Validators.create(
                new OAuth2Provider(), Map.of("public_key", Tokens.pem(Tokens.EC), "jwt_algorithms", "es256"), clock);

        assertAccepted(validator.validate(request("Bearer " + Tokens.es256("any", "{}"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Basic dTpw|OAuth 2.0 Bearer token required",
                "Bearer|OAuth 2.0 Bearer token required",
                "Bearer a b|Invalid OAuth 2.0 token format",
                "Bearer =|Invalid OAuth 2.0 token format",
                "Bearer x|Invalid OAuth 2.0 JWT token"
            })
    void refusesOtherSchemesAndMalformedHeaders(String header, String detail) {
        assertUnauthorized(create(Map.of()).validate(request(header)), detail);
    }

    @Test
    void refusesNoHeaderAndWithholdsTheCredential() {
        Validator validator = create(Map.of());

        assertUnauthorized(
                validator.validate(WebhookRequest.post("/webhook/a").build()), "Missing Authorization header");
        assertThat(validator.credentialHeaders()).containsExactly("Authorization");
    }

    @Test
    void takesAnotherTokenTypeIfTold() {
        Validator validator = create(Map.of("token_type", "Token"));

        assertAccepted(validator.validate(request("Token " + Tokens.hs256("{}"))));
        assertUnauthorized(
                validator.validate(request("Bearer " + Tokens.hs256("{}"))), "OAuth 2.0 Token token required");
    }

    @Test
    void reportsSettingsThatProveNothing() {
        OAuth2Provider provider = new OAuth2Provider();
        assertThat(problems(provider, Map.of()))
                .singleElement()
                .asString()
                .startsWith("/oauth2/introspection_endpoint: Is missing");
        assertThat(problems(provider, Map.of("jwt_secret", ""))).hasSize(1);
        assertThat(problems(provider, Map.of("jwt_secret", "x", "jwks_uri", "https://a")))
                .containsExactly("/oauth2/jwks_uri: One proof is enough: remove it, or jwt_secret");
        assertThat(problems(provider, Map.of("jwt_secret", "x", "jwt_algorithms", List.of("RS256"))))
                .singleElement()
                .asString()
                .contains("name an HS algorithm");
        assertThat(problems(provider, Map.of("jwt_secret", "x", "jwt_algorithms", List.of("none", "HS256"))))
                .hasSize(1);
        assertThat(problems(provider, Map.of("public_key", "x"))).isNotEmpty();
        assertThat(problems(provider, Map.of("public_key", Tokens.pem(Tokens.RSA), "jwt_algorithms", "HS256")))
                .isNotEmpty();
        assertThat(problems(provider, Map.of("jwks_uri", "ftp://a"))).hasSize(1);
        assertThat(problems(provider, Map.of("jwks_uri", "https://a", "jwt_algorithms", "HS256")))
                .hasSize(1);
        assertThat(problems(provider, Map.of("jwt_secret", Tokens.SECRET, "issuer", "", "audience", List.of())))
                .hasSize(2);
        assertThat(problems(provider, Map.of("introspection_endpoint", "https://a", "client_id", "b")))
                .containsExactly("/oauth2/client_secret: Is missing: they go together");
    }

    @Test
    void takesAnyTokenOnlyIfToldSoAndWarns() {
        Map<String, ?> own = Map.of("validate_token", false);

        assertThat(warnings(new OAuth2Provider(), own))
                .containsExactly("/oauth2/validate_token: Any token is accepted: senders are not proven");
        assertAccepted(Validators.create(new OAuth2Provider(), own, clock).validate(request("Bearer anything")));
        assertThat(problems(new OAuth2Provider(), Map.of("validate_token", false, "required_scope", "a")))
                .hasSize(1);
        assertUnauthorized(validate(own, "x"), INVALID);
    }

    private ValidationResult validate(Map<String, ?> more, String token) {
        return create(more).validate(request("Bearer " + token));
    }

    private Validator create(Map<String, ?> more) {
        Map<String, Object> own = new HashMap<>(Map.of("jwt_secret", Tokens.SECRET));
        own.putAll(more);
        return Validators.create(new OAuth2Provider(), own, clock);
    }

    private static WebhookRequest request(String authorization) {
        return WebhookRequest.post("/webhook/a")
                .header("Authorization", authorization)
                .body("{}")
                .build();
    }
}

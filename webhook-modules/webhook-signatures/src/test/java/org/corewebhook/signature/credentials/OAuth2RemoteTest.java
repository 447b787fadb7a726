package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.credentials.Validators.assertAccepted;
import static org.corewebhook.signature.credentials.Validators.assertUnauthorized;
import static org.corewebhook.signature.credentials.Validators.assertUnavailable;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.remote.FakeServer;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that another server must confirm, or whose keys it publishes. */
@Timeout(60)
class OAuth2RemoteTest {

    private static final long NOW = TestClock.START.getEpochSecond();
    private static final String INVALID = "Invalid OAuth 2.0 JWT token";

    private final TestClock clock = new TestClock();
    private final FakeServer issuer = FakeServer.answering(200, "{\"active\":true,\"scope\":\"write\"}");

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void asksTheIssuerAsTheRfcSays() {
        Validator validator =
                introspecting(Map.of("client_id", "me:1", "client_secret", "s3 cret", "required_scope", "write"));

        assertAccepted(validate(validator, "t0ken+/"));
        assertThat(issuer.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("POST");
            assertThat(asked.path()).isEqualTo("/introspect");
            assertThat(asked.body()).isEqualTo("token=t0ken%2B%2F&token_type_hint=access_token");
            // "me%3A1:s3+cret"
            assertThat(asked.header("Authorization")).isEqualTo("Basic bWUlM0ExOnMzK2NyZXQ=");
            assertThat(asked.header("Accept")).isEqualTo("application/json");
        });
    }

    @Test
    void remembersAnAnswerForAMinuteAndAsksAgainThen() {
        Validator validator = introspecting(Map.of());

        assertAccepted(validate(validator, "a"));
        clock.advance(Duration.ofSeconds(59));
        assertAccepted(validate(validator, "a"));
        assertThat(issuer.asked()).hasSize(1);

        issuer.script(asked -> FakeServer.answer(200, "{\"active\":false}"));
        clock.advance(Duration.ofSeconds(1));
        assertUnauthorized(validate(validator, "a"), "OAuth 2.0 token is not active");
        assertThat(issuer.asked()).hasSize(2);
    }

    @Test
    void neverRemembersATokenForLongerThanItLives() {
        issuer.script(asked -> FakeServer.answer(200, "{\"active\":true,\"exp\":" + (NOW + 10) + "}"));
        Validator validator = introspecting(Map.of("cache_ttl", "1h"));

        assertAccepted(validate(validator, "a"));
        clock.advance(Duration.ofSeconds(9));
        assertAccepted(validate(validator, "a"));
        assertThat(issuer.asked()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertUnauthorized(validate(validator, "a"), "OAuth 2.0 token expired");
        assertThat(issuer.asked()).hasSize(2);
    }

    @Test
    void asksEachTimeWithoutACache() {
        Validator validator = introspecting(Map.of("cache_ttl", 0));

        validate(validator, "a");
        validate(validator, "a");

        assertThat(issuer.asked()).hasSize(2);
    }

    @Test
    void remembersATokenThatIsNotActiveForTenSeconds() {
        issuer.script(asked -> FakeServer.answer(200, "{\"active\":false}"));
        Validator validator = introspecting(Map.of());

        assertUnauthorized(validate(validator, "a"), "OAuth 2.0 token is not active");
        assertUnauthorized(validate(validator, "a"), "OAuth 2.0 token is not active");
        assertThat(issuer.asked()).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        validate(validator, "a");
        assertThat(issuer.asked()).hasSize(2);
    }

    @Test
    void looksAtWhatTheIssuerSaysAboutTheToken() {
        issuer.script(asked -> FakeServer.answer(
                200, "{\"active\":true,\"scope\":\"read\",\"aud\":\"x\",\"iss\":\"https://b\",\"exp\":9e99}"));

        assertAccepted(validate(introspecting(Map.of("audience", "x", "issuer", "https://b")), "a"));
        assertUnauthorized(
                validate(introspecting(Map.of("required_scope", "write")), "a"),
                "OAuth 2.0 token missing required scopes");
        assertUnauthorized(validate(introspecting(Map.of("audience", "y")), "a"), "OAuth 2.0 token audience mismatch");
        assertUnauthorized(
                validate(introspecting(Map.of("issuer", "https://c")), "a"), "OAuth 2.0 token issuer mismatch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|{\"active\":true}",
                "401|{\"active\":true}",
                "302|/elsewhere",
                "200|''",
                "200|<html>",
                "200|[]",
                "200|{}",
                "200|{\"active\":\"true\"}",
                "200|{\"active\":1}",
                "200|{\"active\":true,\"active\":true}",
                "200|{\"active\":true}}"
            })
    void answers503WhenTheIssuerGivesNoUsableAnswer(int status, String body) {
        issuer.script(asked -> FakeServer.answer(status, body));

        assertUnavailable(validate(introspecting(Map.of()), "a"));
    }

    @Test
    void answers503WhenTheIssuerIsDownAndTriesAgainSoon() {
        issuer.script(asked -> FakeServer.answer(503, ""));
        Validator validator = introspecting(Map.of());

        assertUnavailable(validate(validator, "a"));
        assertUnavailable(validate(validator, "a"));
        assertThat(issuer.asked()).hasSize(1);
        issuer.script(asked -> FakeServer.answer(200, "{\"active\":true}"));
        clock.advance(Duration.ofSeconds(1));
        assertAccepted(validate(validator, "a"));
    }

    @Test
    void answers503WhenNobodyListens() {
        Validator validator = introspecting(Map.of());
        issuer.close();

        assertUnavailable(validate(validator, "a"));
    }

    @Test
    void fetchesPublishedKeysOnceAndFindsThemById() {
        issuer.script(asked -> FakeServer.answer(
                200,
                Tokens.jwks(
                        Tokens.jwk(Tokens.RSA, ",\"kid\":\"r\",\"use\":\"sig\",\"alg\":\"RS256\""),
                        Tokens.jwk(Tokens.EC, ",\"kid\":\"e\""),
                        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"o\",\"x\":\"AA\"}",
                        "{\"kty\":\"RSA\",\"kid\":\"broken\"}",
                        "{\"kty\":\"EC\",\"kid\":\"broken\",\"crv\":\"P-9\",\"x\":\"AA\",\"y\":\"AA\"}",
                        "7")));
        Validator validator = published(Map.of());

        assertAccepted(validate(validator, Tokens.rs256(Tokens.RSA, "r", "{}")));
        assertAccepted(validate(validator, Tokens.es256("e", "{}")));
        assertUnauthorized(validate(validator, Tokens.rs256(Tokens.OTHER_RSA, "r", "{}")), INVALID);
        assertUnauthorized(
                validate(validator, Tokens.rs256(Tokens.RSA, "r", "{\"exp\":1}")), "OAuth 2.0 token expired");
        assertThat(issuer.asked()).hasSize(1);
        assertThat(issuer.asked().get(0).method()).isEqualTo("GET");
    }

    @Test
    void findsANewKeyWithinHalfAMinuteHoweverManyUnknownOnesAreSent() {
        AtomicReference<String> keys = new AtomicReference<>(Tokens.jwks(Tokens.jwk(Tokens.RSA, ",\"kid\":\"1\"")));
        issuer.script(asked -> FakeServer.answer(200, keys.get()));
        Validator validator = published(Map.of());
        String next = Tokens.rs256(Tokens.OTHER_RSA, "2", "{}");

        assertAccepted(validate(validator, Tokens.rs256(Tokens.RSA, "1", "{}")));
        for (int i = 0; i < 20; i++) {
            assertUnauthorized(validate(validator, Tokens.rs256(Tokens.OTHER_RSA, "made-up-" + i, "{}")), INVALID);
        }
        assertThat(issuer.asked()).hasSize(2);

        keys.set(Tokens.jwks(Tokens.jwk(Tokens.RSA, ",\"kid\":\"1\""), Tokens.jwk(Tokens.OTHER_RSA, ",\"kid\":\"2\"")));
        assertUnauthorized(validate(validator, next), INVALID);
        clock.advance(Duration.ofSeconds(30));
        assertAccepted(validate(validator, next));
        assertAccepted(validate(validator, next));
        assertThat(issuer.asked()).hasSize(3);
    }

    @Test
    void forgetsAWithdrawnKeyWhenTheSetIsFetchedAgain() {
        issuer.script(asked -> FakeServer.answer(200, Tokens.jwks(Tokens.jwk(Tokens.RSA, ",\"kid\":\"1\""))));
        Validator validator = published(Map.of("cache_ttl", "2m"));
        String token = Tokens.rs256(Tokens.RSA, "1", "{}");
        assertAccepted(validate(validator, token));

        issuer.script(asked -> FakeServer.answer(200, Tokens.jwks()));
        assertAccepted(validate(validator, token));
        clock.advance(Duration.ofMinutes(2));
        assertUnauthorized(validate(validator, token), INVALID);
    }

    @Test
    void takesATokenWithoutAKeyIdOnlyIfOneKeyFits() {
        issuer.script(asked -> FakeServer.answer(
                200, Tokens.jwks(Tokens.jwk(Tokens.RSA, ",\"kid\":\"1\""), Tokens.jwk(Tokens.EC, ""))));
        assertAccepted(validate(published(Map.of()), Tokens.rs256(Tokens.RSA, null, "{}")));

        issuer.script(asked ->
                FakeServer.answer(200, Tokens.jwks(Tokens.jwk(Tokens.RSA, ""), Tokens.jwk(Tokens.OTHER_RSA, ""))));
        assertUnauthorized(validate(published(Map.of()), Tokens.rs256(Tokens.RSA, null, "{}")), INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"use\":\"enc\"", ",\"alg\":\"RS512\"", ",\"alg\":\"PS256\""})
    void usesNoKeyForWhatItIsNotFor(String more) {
        issuer.script(asked -> FakeServer.answer(200, Tokens.jwks(Tokens.jwk(Tokens.RSA, more))));

        assertUnauthorized(validate(published(Map.of()), Tokens.rs256(Tokens.RSA, null, "{}")), INVALID);
    }

    @Test
    void usesNoPublishedKeyThatCanBeBroken() {
        java.security.KeyPair weak = Tokens.generate("RSA", "1024");
        issuer.script(asked -> FakeServer.answer(200, Tokens.jwks(Tokens.jwk(weak, ""))));

        assertUnauthorized(validate(published(Map.of()), Tokens.rs256(weak, null, "{}")), INVALID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"404|{\"keys\":[]}", "200|{}", "200|[]", "200|''", "200|{\"keys\":{}}"})
    void answers503WhenThereIsNoSetOfKeys(int status, String body) {
        issuer.script(asked -> FakeServer.answer(status, body));

        assertUnavailable(validate(published(Map.of()), Tokens.rs256(Tokens.RSA, null, "{}")));
    }

    @Test
    void keepsKnownKeysWhileTheIssuerIsDown() {
        issuer.script(asked -> FakeServer.answer(200, Tokens.jwks(Tokens.jwk(Tokens.RSA, ",\"kid\":\"1\""))));
        Validator validator = published(Map.of());
        String known = Tokens.rs256(Tokens.RSA, "1", "{}");
        assertAccepted(validate(validator, known));
        issuer.close();

        assertUnavailable(validate(validator, Tokens.rs256(Tokens.OTHER_RSA, "2", "{}")));
        assertAccepted(validate(validator, known));
        clock.advance(Duration.ofMinutes(10));
        assertUnavailable(validate(validator, known));
    }

    private Validator introspecting(Map<String, ?> more) {
        Map<String, Object> own = new HashMap<>(
                Map.of("introspection_endpoint", issuer.uri("/introspect").toString()));
        own.putAll(more);
        return Validators.create(new OAuth2Provider(), own, clock);
    }

    private Validator published(Map<String, ?> more) {
        Map<String, Object> own =
                new HashMap<>(Map.of("jwks_uri", issuer.uri("/keys").toString()));
        own.putAll(more);
        return Validators.create(new OAuth2Provider(), own, clock);
    }

    private static ValidationResult validate(Validator validator, String token) {
        return validator.validate(WebhookRequest.post("/webhook/a")
                .header("Authorization", "Bearer " + token)
                .body("{}")
                .build());
    }
}

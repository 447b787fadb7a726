package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.assertUnauthorized;
import static org.corewebhook.validation.Validators.request;

import com.auth0.jwt.algorithms.Algorithm;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.corewebhook.TestClock;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtValidatorTest {

    private static final long NOW = TestClock.START.getEpochSecond();
    private static final String MALFORMED = "Invalid JWT token format";

    private final TestClock clock = new TestClock();
    private final Validator validator = create(
            Map.of("secret", TestJwts.LONG_SECRET, "issuer", "my-app", "audience", "webhook-api", "verify_exp", true));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"aud\":\"webhook-api\"",
                "\"aud\":[\"other\",\"webhook-api\"]",
                "\"aud\":\"webhook-api\",\"exp\":1767225601",
                "\"aud\":\"webhook-api\",\"nbf\":1767225600,\"iat\":1767225600"
            })
    void acceptsAValidToken(String claims) {
        assertAccepted(validate("{\"iss\":\"my-app\"," + claims + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"iss\":\"my-app\",\"aud\":\"webhook-api\",\"exp\":1767225600|JWT token expired",
                "\"iss\":\"my-app\",\"aud\":\"webhook-api\",\"exp\":1|JWT token expired",
                "\"iss\":\"evil\",\"aud\":\"webhook-api\"|Invalid JWT issuer",
                "\"iss\":null,\"aud\":\"webhook-api\"|Invalid JWT issuer",
                "\"iss\":[\"my-app\"],\"aud\":\"webhook-api\"|Invalid JWT issuer",
                "\"iss\":\"my-app\",\"aud\":\"evil\"|Invalid JWT audience",
                "\"iss\":\"my-app\",\"aud\":[]|Invalid JWT audience",
                "\"iss\":\"my-app\",\"aud\":5|Invalid JWT audience",
                "\"iss\":\"my-app\",\"aud\":null|Invalid JWT audience",
                "\"aud\":\"webhook-api\"|JWT missing required claim: Token is missing the \"iss\" claim",
                "\"iss\":\"my-app\"|JWT missing required claim: Token is missing the \"aud\" claim",
                "\"iss\":\"my-app\",\"aud\":\"webhook-api\",\"nbf\":1767225601|JWT validation failed",
                "\"iss\":\"my-app\",\"aud\":\"webhook-api\",\"iat\":1767225601|JWT validation failed",
                "\"iss\":\"my-app\",\"aud\":\"webhook-api\",\"exp\":\"soon\"|Invalid JWT token format",
                "\"iss\":\"my-app\",\"aud\":\"webhook-api\",\"exp\":1e300|Invalid JWT token format"
            })
    void rejectsClaimsThatDoNotHold(String claims, String detail) {
        assertUnauthorized(validate("{" + claims + "}"), detail);
    }

    @Test
    void expiresWithTheClock() {
        Validator plain = create(Map.of("secret", TestJwts.LONG_SECRET));
        String token = TestJwts.token("HS256", "{\"exp\":" + (NOW + 120) + ",\"nbf\":" + (NOW + 60) + "}");

        assertUnauthorized(validate(plain, token), "JWT validation failed");
        clock.advance(Duration.ofSeconds(60));
        assertAccepted(validate(plain, token));
        clock.advance(Duration.ofSeconds(60));
        assertUnauthorized(validate(plain, token), "JWT token expired");
    }

    @Test
    void checksIssuerAndAudienceOnlyIfConfigured() {
        Validator plain = create(Map.of("secret", TestJwts.LONG_SECRET));

        assertAccepted(validate(plain, TestJwts.token("HS256", "{}")));
        assertAccepted(validate(plain, TestJwts.token("HS256", "{\"iss\":\"any\",\"aud\":\"any\"}")));
    }

    @Test
    void acceptsOneOfSeveralIssuersAndAudiences() {
        Validator several = create(
                Map.of("secret", TestJwts.LONG_SECRET, "issuer", List.of("a", "b"), "audience", List.of("c", "d")));

        assertAccepted(validate(several, TestJwts.token("HS256", "{\"iss\":\"b\",\"aud\":[\"d\"]}")));
        assertUnauthorized(
                validate(several, TestJwts.token("HS256", "{\"iss\":\"c\",\"aud\":\"d\"}")), "Invalid JWT issuer");
    }

    @Test
    void acceptsAnExpiredTokenIfExpiryDoesNotCount() {
        Validator plain = create(Map.of("secret", TestJwts.LONG_SECRET, "verify_exp", false));

        for (long expiry : new long[] {NOW - 1000, 0, -62135596800L}) {
            assertAccepted(validate(plain, TestJwts.token("HS256", "{\"exp\":" + expiry + "}")));
        }
    }

    @Test
    void rejectsATokenThatNeverExpiresOnlyIfAskedTo() {
        Validator strict = create(Map.of("secret", TestJwts.LONG_SECRET, "require_exp", true));

        assertAccepted(validate(strict, TestJwts.token("HS256", "{\"exp\":" + (NOW + 1) + "}")));
        for (String claims : List.of("{}", "{\"exp\":null}")) {
            assertUnauthorized(
                    validate(strict, TestJwts.token("HS256", claims)),
                    "JWT missing required claim: Token is missing the \"exp\" claim");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384",
                "PS512"
            })
    void acceptsOnlyTheConfiguredAlgorithm(String name) {
        Validator configured = create(
                Map.of("secret", TestJwts.secret(name), "algorithm", name.toLowerCase(Locale.ROOT), "issuer", "me"));
        String claims = "{\"iss\":\"me\"}";

        assertAccepted(validate(configured, TestJwts.token(name, claims)));
        for (JwtAlgorithm other : JwtAlgorithm.values()) {
            if (!other.name().equals(name)) {
                assertUnauthorized(validate(configured, TestJwts.token(other.name(), claims)), "Invalid JWT algorithm");
                String relabelled = TestJwts.sign(TestJwts.signer(other.name()), "{\"alg\":\"" + name + "\"}", claims);
                assertUnauthorized(validate(configured, relabelled), "Invalid JWT signature");
            }
        }
        for (String none : List.of("none", "None", "NONE", "")) {
            String header = TestJwts.encode("{\"alg\":\"" + none + "\"}");
            assertUnauthorized(
                    validate(configured, header + "." + TestJwts.encode(claims) + "."), "Invalid JWT algorithm");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "RS256", "PS256", "ES256", "ES384", "ES512"})
    void rejectsAFlippedBitInEveryByteOfTheSignature(String name) {
        Validator configured = create(Map.of("secret", TestJwts.secret(name), "algorithm", name));
        String token = TestJwts.token(name, "{}");
        int dot = token.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= (byte) (1 << i % 8);
            String forged = token.substring(0, dot + 1)
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertUnauthorized(validate(configured, forged), "Invalid JWT signature");
        }
    }

    @Property(tries = 500)
    void rejectsEveryChangedCharacterOfHeaderAndClaims(
            @ForAll @IntRange(max = 1000) int at, @ForAll @IntRange(max = 63) int other) {
        String token = TestJwts.token("HS256", "{\"iss\":\"my-app\",\"aud\":\"webhook-api\"}");
        int changedAt = at % token.lastIndexOf('.');
        char replacement = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".charAt(other);
        String changed = token.substring(0, changedAt) + replacement + token.substring(changedAt + 1);

        assertThat(validate(validator, changed).refusal() == null).isEqualTo(changed.equals(token));
    }

    @ParameterizedTest
    @CsvSource({"PS256, SHA-256, 32", "PS384, SHA-384, 48", "PS512, SHA-512, 64"})
    void acceptsPssSignaturesOfTheJdk(String name, String hash, int salt) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
        signature.initSign(TestJwts.keys(name).getPrivate());
        String signed = TestJwts.encode("{\"alg\":\"" + name + "\"}") + "." + TestJwts.encode("{}");
        signature.update(signed.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String token = signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());

        assertAccepted(validate(create(Map.of("secret", TestJwts.secret(name), "algorithm", name)), token));
    }

    @Test
    void rejectsTheSignatureOfAnotherKey() {
        String token =
                TestJwts.sign(Algorithm.HMAC256("another-secret-of-32-bytes-or-more"), "{\"alg\":\"HS256\"}", "{}");

        assertUnauthorized(validate(validator, token), "Invalid JWT signature");
    }

    @Test
    void rejectsAPublicKeyUsedAsASharedSecret() {
        Validator rsa = create(Map.of("secret", TestJwts.secret("RS256"), "algorithm", "RS256"));
        Algorithm confused = Algorithm.HMAC256(TestJwts.secret("RS256"));

        assertUnauthorized(
                validate(rsa, TestJwts.sign(confused, "{\"alg\":\"HS256\"}", "{}")), "Invalid JWT algorithm");
        assertUnauthorized(
                validate(rsa, TestJwts.sign(confused, "{\"alg\":\"RS256\"}", "{}")), "Invalid JWT signature");
    }

    /** Extensions that must be understood are not known to us: RFC 7515, 4.1.11. */
    @Test
    void rejectsCriticalExtensions() {
        String header = "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}";
        String token = TestJwts.sign(TestJwts.signer("HS256"), header, "{\"iss\":\"my-app\",\"aud\":\"webhook-api\"}");

        assertUnauthorized(validate(validator, token), "JWT validation failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a",
                ".",
                "..",
                "a.b.c",
                "a.b.c.d",
                "é.é.é",
                " eyJhbGciOiJIUzI1NiJ9.e30.",
                "bnVsbA.e30.",
                "W10.e30.",
                "NQ.e30."
            })
    void rejectsWhatIsNoToken(String token) {
        assertUnauthorized(validate(validator, token), MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", " null ", "[]", "5", "\"a\"", "{", "", "{\"exp\":{}}"})
    void rejectsASignedPayloadThatIsNoClaimsSet(String payload) {
        assertUnauthorized(validate(payload), MALFORMED);
    }

    @Test
    void rejectsAMissingHeader() {
        assertUnauthorized(validator.validate(request()), "Missing Authorization header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic abc", "bearer abc", "Bearer", "", "abc"})
    void rejectsAnotherScheme(String header) {
        assertUnauthorized(validator.validate(request("Authorization", header)), "JWT Bearer token required");
    }

    @Test
    void rejectsTwoHeaders() {
        String header = "Bearer " + TestJwts.token("HS256", "{\"iss\":\"my-app\",\"aud\":\"webhook-api\"}");

        assertUnauthorized(
                validator.validate(request("Authorization", header, "Authorization", header)),
                "Duplicate Authorization header");
    }

    @Test
    void namesTheHeaderAsACredential() {
        assertThat(validator.credentialHeaders()).containsExactly("Authorization");
        assertThat(new JwtProvider().stage()).isEqualTo(ValidationStage.CREDENTIALS);
    }

    private ValidationResult validate(String claims) {
        return validate(validator, TestJwts.token("HS256", claims));
    }

    private static ValidationResult validate(Validator validator, String token) {
        return validator.validate(request("Authorization", "Bearer " + token));
    }

    private Validator create(Map<String, ?> settings) {
        return Validators.create(new JwtProvider(), Map.of("jwt", new HashMap<>(settings)), clock);
    }
}

package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.credentials.Validators.assertAccepted;
import static org.corewebhook.signature.credentials.Validators.assertUnauthorized;
import static org.corewebhook.signature.credentials.Validators.problems;
import static org.corewebhook.signature.credentials.Validators.warnings;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.credentials.FormBody.Field;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuth1Test {

    private static final String INVALID = "Invalid OAuth 1.0 signature";
    private static final String REPLAYED = "OAuth 1.0 nonce has already been used (replay attack detected)";

    private final TestClock clock = new TestClock();

    /** RFC 5849, 3.4.1.1. */
    @Test
    void makesTheBaseStringOfTheRfc() {
        List<Field> parameters = List.of(
                new Field("b5", "=%3D"),
                new Field("a3", "a"),
                new Field("c@", ""),
                new Field("a2", "r b"),
                new Field("oauth_consumer_key", "9djdj82h48djs9d2"),
                new Field("oauth_token", "kkk9d7dh3k39sjv7"),
                new Field("oauth_signature_method", "HMAC-SHA1"),
                new Field("oauth_timestamp", "137131201"),
                new Field("oauth_nonce", "7d8f3e4a"),
                new Field("c2", ""),
                new Field("a3", "2 q"));

        assertThat(OAuth1BaseString.of("POST", "http://example.com/request", parameters))
                .isEqualTo(
                        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%252"
                                + "53D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth"
                                + "_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7");
    }

    /** RFC 5849, 1.2: the three requests of the example. */
    @Test
    void acceptsTheRequestsOfTheRfc() {
        clock.advance(Duration.between(TestClock.START, Instant.ofEpochSecond(137131202)));
        assertAccepted(photos("", null)
                .validate(WebhookRequest.post("/initiate")
                        .header("Host", "photos.example.net")
                        .header(
                                "Authorization",
                                "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", "
                                        + "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131200\", "
                                        + "oauth_nonce=\"wIjqoS\", "
                                        + "oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", "
                                        + "oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\"")
                        .build()));
        assertAccepted(photos("hdhd0244k9j7ao03", "https://PHOTOS.example.net:443")
                .validate(WebhookRequest.post("/token")
                        .header(
                                "Authorization",
                                "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", "
                                        + "oauth_token=\"hh5s93j4hdidpola\", oauth_signature_method=\"HMAC-SHA1\", "
                                        + "oauth_timestamp=\"137131201\", oauth_nonce=\"walatlh\", "
                                        + "oauth_verifier=\"hfdp7dh39dks9884\", "
                                        + "oauth_signature=\"gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D\"")
                        .build()));
        assertAccepted(photos("pfkkdhi9sl3r4s00", null)
                .validate(WebhookRequest.builder("GET", "/photos?file=vacation.jpg&size=original")
                        .header("Host", "photos.example.net:80")
                        .header(
                                "Authorization",
                                "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", "
                                        + "oauth_token=\"nnch734d00sl2jdk\", oauth_signature_method=\"HMAC-SHA1\", "
                                        + "oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", "
                                        + "oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"")
                        .build()));
    }

    /** "Creating a signature" in the documentation of the X API: a form in the body and a query. */
    @Test
    void acceptsTheExampleOfX() {
        clock.advance(Duration.between(TestClock.START, Instant.ofEpochSecond(1318622958)));
        Validator x = Validators.create(
                new OAuth1Provider(),
                Map.of(
                        "consumer_key", "xvz1evFS4wEEPTGEFPHBog",
                        "consumer_secret", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
                        "token_secret", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
                        "public_url", "https://api.twitter.com"),
                clock);

        assertAccepted(x.validate(WebhookRequest.post("/1.1/statuses/update.json?include_entities=true")
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .header(
                        "Authorization",
                        "OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", "
                                + "oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\", "
                                + "oauth_signature=\"hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D\", "
                                + "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1318622958\", "
                                + "oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\", "
                                + "oauth_version=\"1.0\"")
                .body("status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21")
                .build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"})
    void acceptsEachMethodIfItIsTheConfiguredOne(String method) {
        Validator validator = create(Map.of("signature_method", method));

        assertAccepted(validator.validate(sender().method(method).request()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://hooks.example:8080/webhook/a", "https://hooks.example:8080/webhook/a", "/webhook/a"})
    void acceptsTheFullUrlWithEitherSchemeAndTheBarePathOfTheReference(String base) {
        assertAccepted(create(Map.of()).validate(sender().base(base).request()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hooks.example/webhook/a",
                "http://other.example:8080/webhook/a",
                "http://hooks.example:8080/webhook/b",
                "/webhook/b",
                "/"
            })
    void refusesSignaturesOverAnotherUrl(String base) {
        assertUnauthorized(create(Map.of()).validate(sender().base(base).request()), INVALID);
    }

    @Test
    void usesThePublicUrlInsteadOfTheHost() {
        Validator validator = create(Map.of("public_url", "https://Hooks.example:443/in/orders"));

        assertAccepted(validator.validate(
                sender().base("https://hooks.example/in/orders").request()));
        assertUnauthorized(
                validator.validate(
                        sender().base("https://hooks.example:8080/webhook/a").request()),
                INVALID);
    }

    @Test
    void coversTheQueryOfAFullUrl() {
        Validator validator = create(Map.of());

        assertAccepted(validator.validate(
                sender().query("b=%2f&a=1+2", Map.of("b", "/", "a", "1 2")).request()));
        assertUnauthorized(
                validator.validate(sender().query("b=x", Map.of("b", "y")).request()), INVALID);
    }

    @Test
    void coversAFormInTheBody() {
        Validator validator = create(Map.of());

        assertAccepted(validator.validate(
                sender().form("a=1&b=", Map.of("a", "1", "b", "")).request()));
        assertUnauthorized(
                validator.validate(sender().form("a=2", Map.of("a", "1")).request()), INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oauth_nonce=x", "a=%zz", "a=%FF"})
    void refusesFormsAndQueriesThatAreAmbiguous(String text) {
        Validator validator = create(Map.of());

        assertUnauthorized(validator.validate(sender().form(text, Map.of()).request()), INVALID);
        assertUnauthorized(validator.validate(sender().query(text, Map.of()).request()), INVALID);
    }

    @Test
    void refusesAFormOfEndlessFieldsWithoutSortingIt() {
        assertUnauthorized(
                create(Map.of())
                        .validate(sender().form("a&".repeat(100_000), Map.of()).request()),
                INVALID);
    }

    @Test
    void acceptsANonceOnce() {
        Validator validator = create(Map.of());

        assertAccepted(validator.validate(sender().request()));
        assertUnauthorized(validator.validate(sender().request()), REPLAYED);
        clock.advance(Duration.ofSeconds(1));
        assertUnauthorized(validator.validate(sender().request()), REPLAYED);
        assertAccepted(validator.validate(sender().with("oauth_nonce", "other").request()));
    }

    @Test
    void neverForgetsANonceWhileItsTimestampCounts() {
        Validator validator = create(Map.of());
        Map<String, String> ahead =
                Map.of("oauth_timestamp", seconds(clock.instant().plusSeconds(300)));
        assertAccepted(validator.validate(sender().with(ahead).request()));
        clock.advance(Duration.ofMinutes(10));
        assertUnauthorized(validator.validate(sender().with(ahead).request()), REPLAYED);
        clock.advance(Duration.ofSeconds(1));
        assertThat(validator.validate(sender().with(ahead).request()).detail()).contains("out of window");
    }

    @Test
    void doesNotUseUpTheNonceOfAForgery() {
        Validator validator = create(Map.of());

        assertUnauthorized(validator.validate(sender().secret("no").request()), INVALID);
        assertAccepted(validator.validate(sender().request()));
    }

    @ParameterizedTest
    @CsvSource({"-300,", "300,", "-301,301", "301,301", "-100000,100000"})
    void wantsATimestampNearOurs(long offset, Integer difference) {
        String timestamp = seconds(clock.instant().plusSeconds(offset));
        ValidationResult result = create(Map.of())
                .validate(sender().with("oauth_timestamp", timestamp).request());

        if (difference == null) {
            assertAccepted(result);
        } else {
            assertUnauthorized(result, "OAuth 1.0 timestamp out of window (diff: " + difference + "s, max: 300s)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1e3", "99999999999999999999", " 1", "\u0661"})
    void refusesTimestampsThatAreNoNumber(String timestamp) {
        assertUnauthorized(
                create(Map.of())
                        .validate(sender().with("oauth_timestamp", timestamp).request()),
                "Invalid OAuth 1.0 timestamp format");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oauth_consumer_key",
                "oauth_nonce",
                "oauth_timestamp",
                "oauth_signature_method",
                "oauth_signature"
            })
    void namesTheParameterThatIsMissing(String name) {
        assertUnauthorized(
                create(Map.of()).validate(sender().without(name).request()),
                "Missing required OAuth 1.0 parameter: " + name);
    }

    @Test
    void canDoWithoutTimestampAndNonceIfTold() {
        Validator validator = create(Map.of("verify_timestamp", false, "verify_nonce", false));

        assertAccepted(validator.validate(
                sender().without("oauth_timestamp").without("oauth_nonce").request()));
    }

    @Test
    void remembersNoncesWithoutTimestampsToo() {
        Validator validator = create(Map.of("verify_timestamp", false));

        assertAccepted(validator.validate(sender().without("oauth_timestamp").request()));
        assertUnauthorized(
                validator.validate(sender().without("oauth_timestamp").request()), REPLAYED);
    }

    @ParameterizedTest
    @CsvSource({
        "oauth_consumer_key, no, Invalid OAuth 1.0 consumer key",
        "oauth_version, 1.1, Invalid OAuth 1.0 version",
        "oauth_signature_method, PLAINTEXT, Invalid OAuth 1.0 signature method: PLAINTEXT",
        "oauth_signature_method, RSA-SHA1, Invalid OAuth 1.0 signature method: RSA-SHA1",
        "oauth_signature_method, <b>, Invalid OAuth 1.0 signature method",
        "oauth_signature, AAAA, Invalid OAuth 1.0 signature",
        "oauth_body_hash, AAAA, Invalid OAuth 1.0 body hash"
    })
    void saysInTheWordsOfTheReferenceWhatIsWrong(String name, String value, String detail) {
        assertUnauthorized(create(Map.of()).validate(sender().with(name, value).request()), detail);
    }

    @Test
    void coversTheBodyIfTheSenderSignsItsHash() {
        Validator validator = create(Map.of("require_body_hash", true));

        assertAccepted(validator.validate(sender().body("{\"n\":1}")
                .with("oauth_body_hash", "uBU3jI8NTTRRmcLuWhj5PJNmtxg=")
                .request()));
        assertUnauthorized(
                validator.validate(sender().body("{\"n\":2}")
                        .with("oauth_body_hash", "uBU3jI8NTTRRmcLuWhj5PJNmtxg=")
                        .request()),
                "Invalid OAuth 1.0 body hash");
        assertUnauthorized(
                validator.validate(sender().request()), "Missing required OAuth 1.0 parameter: oauth_body_hash");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bearer x|OAuth 1.0 authentication required",
                "OAuth|OAuth 1.0 authentication required",
                "OAuth oauth_nonce=\"a\", oauth_nonce=\"b\"|Invalid OAuth 1.0 Authorization header",
                "OAuth oauth_nonce=\"a\", oauth%5Fnonce=\"b\"|Invalid OAuth 1.0 Authorization header",
                "OAuth oauth_nonce=\"%\"|Invalid OAuth 1.0 Authorization header",
                "OAuth oauth_nonce|Invalid OAuth 1.0 Authorization header"
            })
    void refusesOtherSchemesAndMalformedHeaders(String header, String detail) {
        assertUnauthorized(
                create(Map.of())
                        .validate(WebhookRequest.post("/webhook/a")
                                .header("Authorization", header)
                                .build()),
                detail);
    }

    @Property(tries = 300)
    void refusesEveryOtherHeader(@ForAll String text) {
        ValidationResult result = create(Map.of())
                .validate(WebhookRequest.post("/webhook/a")
                        .header("Authorization", "OAuth " + text)
                        .build());
        assertThat(result.refusal()).isNotNull();
    }

    @Property(tries = 300)
    void refusesEveryOtherBodyAndQuery(@ForAll String text) {
        Validator validator = create(Map.of());
        Map<String, String> signed = Map.of("signed", "yes");

        assertUnauthorized(validator.validate(sender().form(text, signed).request()), INVALID);
        assertUnauthorized(validator.validate(sender().query(text, signed).request()), INVALID);
    }

    @Test
    void reportsSettingsThatProveNothing() {
        assertThat(problems(new OAuth1Provider(), Map.of()))
                .containsExactly("/oauth1/consumer_key: Is missing", "/oauth1/consumer_secret: Is missing");
        assertThat(problems(
                        new OAuth1Provider(),
                        Map.of(
                                "consumer_key", "a",
                                "consumer_secret", "",
                                "signature_method", "RSA-SHA1",
                                "timestamp_window", -1,
                                "public_url", "hooks.example")))
                .hasSize(4);
        assertThat(warnings(
                        new OAuth1Provider(),
                        Map.of(
                                "consumer_key", "a",
                                "consumer_secret", "b",
                                "signature_method", "PLAINTEXT",
                                "verify_nonce", false)))
                .hasSize(2);
    }

    private Validator photos(String tokenSecret, String publicUrl) {
        Map<String, Object> own = new HashMap<>(Map.of(
                "consumer_key",
                "dpf43f3p2l4k3l03",
                "consumer_secret",
                "kd94hf93k423kf44",
                "token_secret",
                tokenSecret));
        if (publicUrl != null) {
            own.put("public_url", publicUrl);
        }
        return Validators.create(new OAuth1Provider(), own, clock);
    }

    private Validator create(Map<String, ?> more) {
        Map<String, Object> own = new HashMap<>(Map.of("consumer_key", "ck", "consumer_secret", "c&s"));
        own.putAll(more);
        return Validators.create(new OAuth1Provider(), own, clock);
    }

    private OAuth1Sender sender() {
        return new OAuth1Sender(seconds(TestClock.START));
    }

    private static String seconds(Instant instant) {
        return String.valueOf(instant.getEpochSecond());
    }
}

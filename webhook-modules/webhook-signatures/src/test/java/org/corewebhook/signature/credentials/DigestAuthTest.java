package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.signature.credentials.Validators.assertAccepted;
import static org.corewebhook.signature.credentials.Validators.assertUnauthorized;
import static org.corewebhook.signature.credentials.Validators.problems;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
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

class DigestAuthTest {

    private static final String PATH = "/webhook/a?x=1&y=%2F";
    private static final String REPLAYED = "Digest nonce and count have already been used";

    private final TestClock clock = new TestClock();
    private final Validator validator = create(Map.of());

    @ParameterizedTest
    @CsvSource({
        "MD5, 8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    })
    void acceptsTheExamplesOfRfc7616(String algorithm, String response) {
        Validator mufasa = Validators.create(
                new DigestAuthProvider(),
                Map.of(
                        "username", "Mufasa",
                        "password", "Circle of Life",
                        "realm", "http-auth@example.org",
                        "algorithm", algorithm),
                clock);

        assertAccepted(mufasa.validate(WebhookRequest.builder("GET", "/dir/index.html")
                .header(
                        "Authorization",
                        "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
                                + "algorithm=" + algorithm
                                + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
                                + "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\""
                                + response + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"")
                .build()));
    }

    @Test
    void acceptsTheExampleOfRfc2617() {
        Validator mufasa = Validators.create(
                new DigestAuthProvider(),
                Map.of("username", "Mufasa", "password", "Circle Of Life", "realm", "testrealm@host.com"),
                clock);

        assertAccepted(mufasa.validate(WebhookRequest.builder("GET", "/dir/index.html")
                .header(
                        "Authorization",
                        "digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
                                + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, "
                                + "nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", "
                                + "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"")
                .build()));
    }

    @Test
    void acceptsOneNonceOncePerCount() {
        assertAccepted(validate(signed(Map.of("nc", "0000000a"))));
        assertUnauthorized(validate(signed(Map.of("nc", "0000000a"))), REPLAYED);
        assertUnauthorized(validate(signed(Map.of("nc", "0000000A"))), REPLAYED);
        assertAccepted(validate(signed(Map.of("nc", "0000000b"))));
        assertAccepted(validate(signed(Map.of("nonce", "other", "nc", "0000000a"))));
    }

    @Test
    void acceptsTheOldFormWithoutQopOncePerNonce() {
        Map<String, String> old = new HashMap<>(Map.of("nonce", "n1"));
        old.put("qop", null);

        assertAccepted(validate(signed(old)));
        assertUnauthorized(validate(signed(old)), REPLAYED);
    }

    @Test
    void doesNotUseUpTheNonceOfAForgery() {
        assertUnauthorized(validate(signed(Map.of("password", "x"))), "Invalid digest auth response");
        assertAccepted(validate(signed(Map.of())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "password|x|Invalid digest auth response",
                "method|GET|Invalid digest auth response",
                "username|v|Invalid digest auth username",
                "realm|x|Invalid digest auth realm",
                "uri|/webhook/a|Invalid digest auth uri",
                "uri|/webhook/b?x=1&y=%2F|Invalid digest auth uri",
                "uri|/webhook/a?x=1&y=/|Invalid digest auth uri",
                "algorithm|SHA-256|Invalid digest auth algorithm: SHA-256",
                "algorithm|MD5-sess|Invalid digest auth algorithm: MD5-sess",
                "algorithm|<script>alert(1)|Invalid digest auth algorithm",
                "qop|auth-int|Invalid digest auth qop",
                "nc|1|Invalid digest auth nc",
                "nc|0000000g|Invalid digest auth nc",
                "response|00000000000000000000000000000000|Invalid digest auth response",
                "response|''|Invalid digest auth response"
            })
    void saysInTheWordsOfTheReferenceWhatIsWrong(String parameter, String value, String detail) {
        assertUnauthorized(validate(signed(Map.of(parameter, value))), detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"username", "realm", "nonce", "uri", "response", "nc", "cnonce"})
    void namesTheParameterThatIsMissing(String parameter) {
        String header = header(Map.of())
                .replaceAll("\\b" + parameter + "=\"[^\"]*\"(, )?", "")
                .replaceAll(", $", "");

        assertUnauthorized(validate(header), "Missing required Digest parameter: " + parameter);
    }

    @Test
    void refusesAClientNonceWithoutQop() {
        String header = header(Map.of()).replace("qop=\"auth\", ", "");

        assertUnauthorized(validate(header), "Invalid digest auth qop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Basic dTpw|Digest authentication required",
                "Digest|Digest authentication required",
                "Digestusername=\"u\"|Digest authentication required",
                "Digest username=\"u\", username=\"u\"|Invalid Digest Authorization header",
                "Digest username=\"u\", USERNAME=\"u\"|Invalid Digest Authorization header",
                "Digest username=\"u|Invalid Digest Authorization header"
            })
    void refusesOtherSchemesAndMalformedHeaders(String header, String detail) {
        assertUnauthorized(validate(header), detail);
    }

    @Test
    void refusesNoHeaderAndTwoHeaders() {
        assertUnauthorized(validator.validate(WebhookRequest.post(PATH).build()), "Missing Authorization header");
        assertUnauthorized(
                validator.validate(WebhookRequest.post(PATH)
                        .header("Authorization", header(Map.of()))
                        .header("authorization", "Digest x=y")
                        .build()),
                "Duplicate Authorization header");
    }

    @Property(tries = 300)
    void refusesEveryOtherHeader(@ForAll String text) {
        assertThat(validate("Digest " + text).refusal()).isNotNull();
    }

    @Test
    void usesThePathThatTheSenderSees() {
        Validator behindProxy = create(Map.of("public_url", "https://hooks.example/in/orders"));
        String header = header(Map.of("uri", "/in/orders?x=1&y=%2F"));

        assertAccepted(behindProxy.validate(
                WebhookRequest.post(PATH).header("Authorization", header).build()));
        assertUnauthorized(
                behindProxy.validate(WebhookRequest.post(PATH)
                        .header("Authorization", header(Map.of("nonce", "m")))
                        .build()),
                "Invalid digest auth uri");
    }

    @Test
    void withholdsTheCredential() {
        assertThat(validator.credentialHeaders()).containsExactly("Authorization");
    }

    @Test
    void sendsNoChallengeUnlessAsked() {
        assertThat(validate("Basic x").headers()).isEmpty();
    }

    @Test
    void challengesAndAcceptsTheAnswerOnce() {
        Validator challenging = create(Map.of("server_nonce", true, "realm", "a \"b\" \\c"));
        String nonce = nonceOf(challenging.validate(WebhookRequest.post(PATH).build()));
        Map<String, String> answer = Map.of("nonce", nonce, "realm", "a \"b\" \\c");

        assertAccepted(validate(challenging, header(answer)));
        ValidationResult second = validate(challenging, header(answer));

        assertUnauthorized(second, REPLAYED);
        assertThat(second.headers().first("WWW-Authenticate"))
                .startsWith("Digest realm=\"a \\\"b\\\" \\\\c\", qop=\"auth\", algorithm=MD5, nonce=\"")
                .endsWith("\", charset=UTF-8, stale=true");
        Map<String, String> next = new HashMap<>(answer);
        next.put("nc", "00000002");
        assertAccepted(validate(challenging, header(next)));
    }

    @Test
    void callsAnExpiredNonceStaleOnlyIfThePasswordIsRight() {
        Validator challenging = create(Map.of("server_nonce", true, "nonce_lifetime", "2m"));
        String nonce = nonceOf(challenging.validate(WebhookRequest.post(PATH).build()));
        clock.advance(Duration.ofMinutes(2));

        ValidationResult stale = validate(challenging, header(Map.of("nonce", nonce)));
        ValidationResult wrong = validate(challenging, header(Map.of("nonce", nonce, "password", "x")));

        assertUnauthorized(stale, "Digest nonce is stale");
        assertThat(stale.headers().first("WWW-Authenticate")).contains("stale=true");
        assertUnauthorized(wrong, "Invalid digest auth response");
        assertThat(wrong.headers().first("WWW-Authenticate")).doesNotContain("stale");
        assertAccepted(validate(challenging, header(Map.of("nonce", nonceOf(stale)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"made-up", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%%%"})
    void takesNoNonceOfSomebodyElse(String nonce) {
        Validator challenging = create(Map.of("server_nonce", true));

        assertUnauthorized(validate(challenging, header(Map.of("nonce", nonce))), "Digest nonce is stale");
    }

    @Test
    void takesNoNonceOfAnotherValidatorAndNoneThatWasChanged() {
        Validator challenging = create(Map.of("server_nonce", true));
        String nonce = nonceOf(challenging.validate(WebhookRequest.post(PATH).build()));
        String other = nonceOf(create(Map.of("server_nonce", true))
                .validate(WebhookRequest.post(PATH).build()));
        String changed = (nonce.charAt(0) == 'B' ? "C" : "B") + nonce.substring(1);

        assertUnauthorized(validate(challenging, header(Map.of("nonce", other))), "Digest nonce is stale");
        assertUnauthorized(validate(challenging, header(Map.of("nonce", changed))), "Digest nonce is stale");
    }

    @Test
    void wantsQopForItsOwnNonces() {
        Validator challenging = create(Map.of("server_nonce", true));
        Map<String, String> old = new HashMap<>();
        old.put("nonce", nonceOf(challenging.validate(WebhookRequest.post(PATH).build())));
        old.put("qop", null);

        assertUnauthorized(validate(challenging, header(old)), "Missing required Digest parameter: qop");
    }

    @Test
    void reportsSettingsThatProveNothing() {
        assertThat(problems(new DigestAuthProvider(), Map.of()))
                .containsExactly("/digest_auth/username: Is missing", "/digest_auth/password: Is missing");
        assertThat(problems(
                        new DigestAuthProvider(),
                        Map.of(
                                "username", "a:b",
                                "password", " ",
                                "realm", "\u00e4",
                                "algorithm", "CRC32",
                                "qop", "auth-int",
                                "public_url", "https://a/b?c")))
                .hasSize(6);
    }

    private Validator create(Map<String, ?> more) {
        Map<String, Object> own = new HashMap<>(Map.of("username", "u", "password", "p"));
        own.putAll(more);
        return Validators.create(new DigestAuthProvider(), own, clock);
    }

    private ValidationResult validate(String header) {
        return validate(validator, header);
    }

    private static ValidationResult validate(Validator by, String header) {
        return by.validate(WebhookRequest.post(PATH)
                .header("Authorization", header)
                .body("{}")
                .build());
    }

    private static String signed(Map<String, String> changes) {
        return header(changes);
    }

    private static String nonceOf(ValidationResult refusal) {
        String challenge = refusal.headers().first("WWW-Authenticate");
        int start = challenge.indexOf("nonce=\"") + 7;
        return challenge.substring(start, challenge.indexOf('"', start));
    }

    /** A right header, but for the changes; a change to null leaves a parameter out. */
    private static String header(Map<String, String> changes) {
        Map<String, String> p = new LinkedHashMap<>();
        p.put("username", "u");
        p.put("realm", "Webhook API");
        p.put("nonce", "n");
        p.put("uri", PATH);
        p.put("qop", "auth");
        p.put("nc", "00000001");
        p.put("cnonce", "c");
        p.putAll(changes);
        String password = p.containsKey("password") ? p.remove("password") : "p";
        String method = p.containsKey("method") ? p.remove("method") : "POST";
        String ha1 = md5(p.get("username") + ":" + p.get("realm") + ":" + password);
        String ha2 = md5(method + ":" + p.get("uri"));
        if (p.get("qop") == null) {
            p.keySet().removeAll(java.util.Set.of("qop", "nc", "cnonce"));
            p.putIfAbsent("response", md5(ha1 + ":" + p.get("nonce") + ":" + ha2));
        } else {
            p.putIfAbsent(
                    "response",
                    md5(String.join(":", ha1, p.get("nonce"), p.get("nc"), p.get("cnonce"), p.get("qop"), ha2)));
        }
        StringBuilder header = new StringBuilder("Digest ");
        p.forEach((name, value) -> header.append(header.length() == 7 ? "" : ", ")
                .append(name)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"'));
        return header.toString();
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.assertUnauthorized;
import static org.corewebhook.validation.Validators.request;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.corewebhook.WebhookRequest;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.body.BodyRefusedException;
import org.corewebhook.body.RequestBody;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HmacValidatorTest {

    private static final String GITHUB_SECRET = "It's a Secret to Everybody";
    private static final String GITHUB_HASH = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    private static final String NOT_HEX = "Invalid HMAC signature format (must be hexadecimal)";
    private static final String INVALID = "Invalid HMAC signature";

    private final Validator github =
            create(Map.of("secret", GITHUB_SECRET, "header", "X-Hub-Signature-256", "algorithm", "sha256"));

    /** Published by GitHub: "Validating webhook deliveries", testing the webhook payload validation. */
    @ParameterizedTest
    @ValueSource(strings = {"sha256=" + GITHUB_HASH, GITHUB_HASH})
    void acceptsTheVectorOfGitHub(String signature) {
        assertAccepted(github.validate(signed("X-Hub-Signature-256", signature, "Hello, World!")));
        assertAccepted(github.validate(signed(
                "x-hub-signature-256", signature.toUpperCase(Locale.ROOT).replace("SHA", "sha"), "Hello, World!")));
    }

    /** Test case 2 of RFC 2202 (SHA-1) and RFC 4231 (SHA-256, SHA-512). */
    @ParameterizedTest
    @CsvSource({
        "sha1, effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "SHA256, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "Sha512, 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    })
    void acceptsTheVectorsOfTheRfcs(String algorithm, String hash) {
        Validator hex = create(Map.of("secret", "Jefe", "algorithm", algorithm));
        Validator base64 = create(Map.of("secret", "Jefe", "algorithm", algorithm, "encoding", "Base64"));
        String encoded = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hash));
        String prefix = algorithm.toLowerCase(Locale.ROOT) + "=";
        String body = "what do ya want for nothing?";

        assertAccepted(hex.validate(signed("X-HMAC-Signature", hash, body)));
        assertAccepted(hex.validate(signed("X-HMAC-Signature", prefix + hash, body)));
        assertAccepted(base64.validate(signed("X-HMAC-Signature", encoded, body)));
        assertAccepted(base64.validate(signed("X-HMAC-Signature", prefix + encoded, body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHA256=" + GITHUB_HASH,
                "sha1=" + GITHUB_HASH,
                "sha512=" + GITHUB_HASH,
                "sha256=sha256=" + GITHUB_HASH,
                "sha256:" + GITHUB_HASH,
                "sha256= " + GITHUB_HASH,
                " " + GITHUB_HASH,
                GITHUB_HASH + "\n",
                "zz",
                "",
                "sha256=",
                "dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc="
            })
    void rejectsWhatIsNotHexadecimal(String signature) {
        assertUnauthorized(github.validate(signed("X-Hub-Signature-256", signature, "Hello, World!")), NOT_HEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "757107ea0eb2509fc211221cce984b8a", GITHUB_HASH + "00"})
    void rejectsSignaturesOfAnotherLength(String signature) {
        assertUnauthorized(github.validate(signed("X-Hub-Signature-256", signature, "Hello, World!")), INVALID);
    }

    @Test
    void rejectsTheSignatureOfAnotherBody() {
        assertUnauthorized(github.validate(signed("X-Hub-Signature-256", GITHUB_HASH, "Hello, World?")), INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64!", "AAA", "", "sha256=", GITHUB_HASH + "="})
    void rejectsWhatIsNotBase64(String signature) {
        Validator base64 = create(Map.of("secret", "s", "encoding", "base64"));

        assertUnauthorized(
                base64.validate(signed("X-HMAC-Signature", signature, "")),
                signature.isEmpty() || signature.endsWith("256=")
                        ? INVALID
                        : "Invalid HMAC signature format (must be base64)");
    }

    @Test
    void rejectsAMissingHeader() {
        assertUnauthorized(github.validate(request()), "Missing X-Hub-Signature-256 header");
    }

    @Test
    void rejectsTwoHeaders() {
        WebhookRequest request = WebhookRequest.post("/webhook/a")
                .header("X-Hub-Signature-256", GITHUB_HASH)
                .header("x-hub-signature-256", GITHUB_HASH)
                .body("Hello, World!")
                .build();

        assertUnauthorized(github.validate(request), "Duplicate X-Hub-Signature-256 header");
    }

    @Test
    void doesNotReadTheBodyWhenTheHeaderCannotBeRight() {
        for (String signature : List.of("zz", "00", "SHA256=" + GITHUB_HASH)) {
            WebhookRequest request = WebhookRequest.post("/webhook/a")
                    .header("X-Hub-Signature-256", signature)
                    .body(new UnreadableBody())
                    .build();
            assertThat(github.validate(request).refusal()).isNotNull();
        }
    }

    @Test
    void leavesARefusedBodyToTheCaller() {
        WebhookRequest request = WebhookRequest.post("/webhook/a")
                .header("X-Hub-Signature-256", GITHUB_HASH)
                .body(new UnreadableBody())
                .build();

        assertThatThrownBy(() -> github.validate(request)).isInstanceOf(BodyRefusedException.class);
    }

    @Test
    void acceptsEverySecretOfARotation() {
        Validator rotating = create(Map.of("secret", "one", "secrets", List.of("two", "three")));
        Validator listed = create(Map.of("secrets", List.of("two", "three")));

        for (String secret : List.of("one", "two", "three")) {
            assertAccepted(rotating.validate(signed("X-HMAC-Signature", hash(secret, "body"), "body")));
        }
        assertAccepted(listed.validate(signed("X-HMAC-Signature", hash("three", "body"), "body")));
        assertUnauthorized(listed.validate(signed("X-HMAC-Signature", hash("one", "body"), "body")), INVALID);
    }

    @Test
    void keepsTheSignatureHeader() {
        assertThat(github.credentialHeaders()).isEmpty();
        assertThat(new HmacProvider().stage()).isEqualTo(ValidationStage.SIGNATURE);
    }

    @Property(tries = 300)
    void rejectsEveryChangedByteOfTheBody(
            @ForAll @NotEmpty byte[] body,
            @ForAll @IntRange(max = 1_000_000) int at,
            @ForAll @IntRange(min = 1, max = 255) int xor) {
        Validator validator = create(Map.of("secret", "s"));
        String signature = hash("s", body);
        byte[] changed = body.clone();
        changed[at % body.length] ^= (byte) xor;

        assertAccepted(validate(validator, signature, body));
        assertUnauthorized(validate(validator, signature, changed), INVALID);
    }

    @Property(tries = 300)
    void rejectsEveryChangedCharacterOfTheSignature(
            @ForAll byte[] body, @ForAll boolean base64, @ForAll @IntRange(max = 63) int at, @ForAll char other) {
        Validator validator = create(Map.of("secret", "s", "encoding", base64 ? "base64" : "hex"));
        String hex = hash("s", body);
        String signature =
                base64 ? Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)) : hex;
        StringBuilder changed = new StringBuilder(signature);
        changed.setCharAt(at % signature.length(), other);

        ValidationResult result = validate(validator, changed.toString(), body);
        boolean same = base64
                ? signature.contentEquals(changed)
                : signature.equals(changed.toString().toLowerCase(Locale.ROOT));
        assertThat(result.refusal() == null).isEqualTo(same);
    }

    /** The last character of base64 may carry bits that mean nothing: only their canonical value is accepted. */
    @Test
    void rejectsBase64WithStrayBits() {
        Validator validator = create(Map.of("secret", "s", "encoding", "base64"));
        String signature = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hash("s", "body")));
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        char last = signature.charAt(42);
        String stray = signature.substring(0, 42) + alphabet.charAt(alphabet.indexOf(last) + 1) + "=";

        assertThat(Base64.getDecoder().decode(stray))
                .isEqualTo(Base64.getDecoder().decode(signature));
        assertUnauthorized(
                validate(validator, stray, "body".getBytes(StandardCharsets.UTF_8)),
                "Invalid HMAC signature format (must be base64)");
    }

    @Test
    void reportsAMissingSecret() {
        assertThat(problems(Map.of())).containsExactly("/hmac/secret: Is missing");
        assertThat(problems(Map.of("secret", " "))).containsExactly("/hmac/secret: Must not be empty");
        assertThat(problems(Map.of("secrets", List.of())))
                .containsExactly("/hmac/secrets: Must be a list of texts that are not empty");
        assertThat(problems(Map.of("secrets", List.of("a", ""))))
                .containsExactly("/hmac/secrets: Must be a list of texts that are not empty");
        assertThat(problems(Map.of("secret", "", "secrets", List.of("a"))))
                .containsExactly("/hmac/secret: Must not be empty");
    }

    @Test
    void reportsBadSettings() {
        assertThat(problems(Map.of("secret", "s", "algorithm", "md5")))
                .containsExactly("/hmac/algorithm: Unsupported HMAC algorithm: md5");
        assertThat(problems(Map.of("secret", "s", "encoding", "base32")))
                .containsExactly("/hmac/encoding: Must be one of hex, base64");
        assertThat(problems(Map.of("secret", "s", "header", "a b")))
                .containsExactly("/hmac/header: Must be the name of a header, such as X-HMAC-Signature");
    }

    private static ValidationResult validate(Validator validator, String signature, byte[] body) {
        return validator.validate(WebhookRequest.post("/webhook/a")
                .header("X-HMAC-Signature", signature)
                .body(body)
                .build());
    }

    private static WebhookRequest signed(String header, String signature, String body) {
        return WebhookRequest.post("/webhook/a")
                .header(header, signature)
                .body(body)
                .build();
    }

    private static String hash(String secret, String body) {
        return hash(secret, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> problems(Map<String, ?> settings) {
        return Validators.problems(new HmacProvider(), Map.of("hmac", settings));
    }

    private static Validator create(Map<String, ?> settings) {
        return Validators.create(new HmacProvider(), Map.of("hmac", settings));
    }

    private static final class UnreadableBody implements RequestBody {
        @Override
        public long declaredLength() {
            return -1;
        }

        @Override
        public byte[] read(long maxBytes, Duration timeout, BodyBudget.Reservation reservation) {
            throw BodyRefusedException.tooLarge(2, 1);
        }
    }
}

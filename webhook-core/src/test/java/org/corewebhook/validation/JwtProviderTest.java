package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.request;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.TestClock;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtProviderTest {

    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIDETCCAfmgAwIBAgIUA5QbC36pWIoVUk6ahxYf306rzqIwDQYJKoZIhvcNAQEL
            BQAwFzEVMBMGA1UEAwwMd2ViaG9vayB0ZXN0MCAXDTI2MTEyNDAzMDkzMFoYDzIx
            MjYxMDMxMDMwOTMwWjAXMRUwEwYDVQQDDAx3ZWJob29rIHRlc3QwggEiMA0GCSqG
            SIb3DQEBAQUAA4IBDwAwggEKAoIBAQCyhX05p8K+DMJmO8P3+VflGEALHKUi6VPR
            xFbfFPDZG8sVU4G7LnQaF3dZYhwH4/Jit/IrK6PDDYoulKHqZxJjkklzRcHzlDKE
            ESRaHGzx1BhD0K4cw4uL39ofnl3WQRMeUB4o352dj23QyQ0rAu1aEnkRjCCg4gsq
            sId1SzE9JbFTUzKJUQQ4OLFJmuUmi7ic9jByHlYfH9p63gWXKHmNESmgV7sD239o
            EHbbD7I+mwptcFXpXcNsrrjEspFOELx15OSHrxS9o8CztLAROyjl22JVv9ErsQNa
            C64L2zr+Zm3FBbsj2VkU7H7BShJNIkcU6IPHlB8Tt5ttYFU2FLp5AgMBAAGjUzBR
            MB0GA1UdDgQWBBS4q9NCPg6T95H0EN8g1UffHijTGjAfBgNVHSMEGDAWgBS4q9NC
            Pg6T95H0EN8g1UffHijTGjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUA
            A4IBAQA1M/FErITqWldsfn1xYNiJSdnDcS6B5YaHb9JMllycBH/z10kXrceeixp3
            wpHueswZrzA7hGcM4Kn/E6ddpbbNl+x+7C4uuAhRkSfioBVJ7uOz3ehtjDUWdRtz
            YKv8qmgMwRpWanPQWs7NHz1+jK8r3MmSdI+KtSnt4Rzy9WgzFHUjS8YAAUuvjF/Z
            IaKMK3J+snslyoz7KgBvKfXg06+LYszPcgRb1MiIs2h78Ajuhdc3z1v6/GKulVSe
            sTebhgJQRNox/UXoOUwQ4Js2fnT4dqmSj1bDQN66a34VsKwffCLaJGag+loHMY7P
            RV/OCvppQAqaNy5AaaH/VS1wcr0N
            -----END CERTIFICATE-----
            """;
    private static final String SIGNED_BY_CERTIFICATE =
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJjZXJ0aWZpY2F0ZSJ9.iiAn1DowwN9OWcpU3FWAODkF_nxg_yuSaqYFIyEK3ynA2l66wDOQy6Il6bNo3SwyDoXwH5Oqpcp1RdGyKVIR6fel8PlkHHwYh7sj0s3n4G0bwLkYzz506Vu0bzLWVshUabbT2K69OPJGrWP9waLapY67IPChFZaB5ZkSRePzpXS2GCWSvlHu3KjQJKjCKWAZ8mmHoATKuwxuNUb6CaCgnTCibhAy4brnsv78wbEpPjyftrakmb7jDZv2uu7hwmdKVKA_eiaNJzggsBTCeHlpuTuKlAi60wn6DpjhUcFsMZ1Fs2UraXiS0m7U8mJTlLFPA6nLbPwzBiLc47xMy6WvHg";
    private static final String NO_KEY = " needs a public key in PEM form (BEGIN PUBLIC KEY or BEGIN CERTIFICATE)";

    /** RFC 7515, appendices A.2 and A.3. */
    private static final TestClock CLOCK_OF_THE_RFC = new TestClock(Instant.ofEpochSecond(1300819379));

    @Test
    void acceptsTheExampleOfJwtIo() {
        Validator validator = create(Map.of("secret", "your-256-bit-secret"), new TestClock());

        assertAccepted(validator.validate(request(
                "Authorization",
                "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwi"
                        + "aWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")));
    }

    @Test
    void acceptsTheRsaExampleOfTheRfc() throws GeneralSecurityException {
        BigInteger modulus = number(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT"
                        + "-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS"
                        + "-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2"
                        + "ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ");
        PublicKey key =
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)));
        Validator validator =
                create(Map.of("secret", TestJwts.pem(key), "algorithm", "RS256", "issuer", "joe"), CLOCK_OF_THE_RFC);

        assertAccepted(validator.validate(request(
                "Authorization",
                "Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
                        + "c19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5Y"
                        + "Kt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
                        + "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8n"
                        + "p6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")));
    }

    @Test
    void acceptsTheEllipticCurveExampleOfTheRfc() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(
                number("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                number("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
        PublicKey key = KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
        Validator validator =
                create(Map.of("secret", TestJwts.pem(key), "algorithm", "ES256", "issuer", "joe"), CLOCK_OF_THE_RFC);

        assertAccepted(validator.validate(request(
                "Authorization",
                "Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
                        + "c19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6N"
                        + "U1Q")));
    }

    @Test
    void takesTheKeyOfACertificate() {
        Validator validator =
                create(Map.of("secret", CERTIFICATE, "algorithm", "RS256", "issuer", "certificate"), new TestClock());

        assertAccepted(validator.validate(request("Authorization", "Bearer " + SIGNED_BY_CERTIFICATE)));
    }

    @Test
    void reportsAMissingSecret() {
        assertThat(Validators.problems(new JwtProvider(), Map.of("jwt", Map.of())))
                .containsExactly("/jwt/secret: Is missing");
        assertThat(problems("", "HS256")).containsExactly("/jwt/secret: Must not be empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "", "HS255", "RS", "HS256 RS256"})
    void reportsAnAlgorithmThatProvesNothing(String algorithm) {
        assertThat(problems(TestJwts.LONG_SECRET, algorithm))
                .containsExactly(
                        "/jwt/algorithm: Must be one of HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384,"
                                + " ES512, PS256, PS384, PS512");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS384", "ES256", "ES512"})
    void reportsASecretThatIsNoPublicKey(String algorithm) {
        KeyPair pair = TestJwts.keys(algorithm);
        String pem = TestJwts.pem(pair.getPublic());
        for (String secret : List.of(
                "secret",
                TestJwts.pem(pair.getPrivate()),
                pem.replace("PUBLIC KEY", "CERTIFICATE"),
                pem.substring(0, pem.length() / 2),
                "-----END PUBLIC KEY----------BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----AAAAA-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----")) {
            assertThat(problems(secret, algorithm)).containsExactly("/jwt/secret: " + algorithm + NO_KEY);
        }
    }

    @Test
    void reportsAKeyOfAnotherKind() {
        assertThat(problems(TestJwts.secret("ES256"), "RS256")).containsExactly("/jwt/secret: RS256" + NO_KEY);
        assertThat(problems(TestJwts.secret("RS256"), "ES256")).containsExactly("/jwt/secret: ES256" + NO_KEY);
        assertThat(problems(CERTIFICATE, "ES256")).containsExactly("/jwt/secret: ES256" + NO_KEY);
        assertThat(problems(TestJwts.secret("ES384"), "ES256"))
                .containsExactly("/jwt/secret: Must be a key on the curve secp256r1 (RFC 7518, 3.4)");
    }

    @Test
    void reportsAPublicKeyAsASharedSecret() {
        assertThat(problems(TestJwts.secret("RS256"), "HS256"))
                .containsExactly(
                        "/jwt/secret: Is a PEM key, which HS algorithms must not use: name an RS, PS or ES algorithm");
    }

    @Test
    void reportsIssuersAndAudiencesThatAreEmpty() {
        for (Object empty : List.of("", " ", List.of(), List.of("a", ""))) {
            assertThat(Validators.problems(
                            new JwtProvider(),
                            Map.of("jwt", Map.of("secret", TestJwts.LONG_SECRET, "issuer", empty, "audience", empty))))
                    .containsExactly(
                            "/jwt/issuer: Must not be empty: remove the key if any issuer will do",
                            "/jwt/audience: Must not be empty: remove the key if any audience will do");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HS256, 31, true",
        "HS256, 32, false",
        "HS384, 47, true",
        "HS384, 48, false",
        "HS512, 63, true",
        "HS512, 64, false"
    })
    void warnsOfAShortSecret(String algorithm, int length, boolean warned) {
        Map<String, ?> endpoint = Map.of("jwt", Map.of("secret", "s".repeat(length), "algorithm", algorithm));

        assertThat(Validators.problems(new JwtProvider(), endpoint)).isEmpty();
        assertThat(Validators.warnings(new JwtProvider(), endpoint)).hasSize(warned ? 1 : 0);
    }

    @Test
    void warnsOfAShortRsaKey() {
        String pem = TestJwts.pem(TestJwts.generate("RSA", "1024").getPublic());
        Map<String, ?> endpoint = Map.of("jwt", Map.of("secret", pem, "algorithm", "RS256"));

        assertThat(Validators.problems(new JwtProvider(), endpoint)).isEmpty();
        assertThat(Validators.warnings(new JwtProvider(), endpoint))
                .containsExactly("/jwt/secret: Is shorter than 2048 bits and can be broken (RFC 7518, 3.3)");
    }

    private static BigInteger number(String base64Url) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64Url));
    }

    private static List<String> problems(String secret, String algorithm) {
        return Validators.problems(new JwtProvider(), Map.of("jwt", Map.of("secret", secret, "algorithm", algorithm)));
    }

    /** Makes a validator; weak secrets of published examples may be warned of. */
    private static Validator create(Map<String, ?> settings, TestClock clock) {
        Map<String, ?> endpoint = Map.of("jwt", new HashMap<>(settings));
        assertThat(Validators.problems(new JwtProvider(), endpoint)).isEmpty();
        return new JwtProvider().create(Settings.of(endpoint, clock));
    }
}

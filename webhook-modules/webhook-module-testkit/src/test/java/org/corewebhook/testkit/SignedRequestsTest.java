package org.corewebhook.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.corewebhook.WebhookRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedRequestsTest {

    /** The example of GitHub's documentation. */
    @Test
    void signsAsGitHubDoes() {
        WebhookRequest request = SignedRequests.github("/webhook/gh", "Hello, World!", "It's a Secret to Everybody")
                .build();

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/webhook/gh");
        assertThat(request.body()).asString(UTF_8).isEqualTo("Hello, World!");
        assertThat(request.headers().first("X-Hub-Signature-256"))
                .isEqualTo("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    }

    /** RFC 4231, 4.3 and RFC 2202, test case 2. */
    @ParameterizedTest
    @CsvSource({
        "sha1, effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "sha256, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "sha512, 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
                + "caeab1a34d4a6b4b636e070a38bce737"
    })
    void computesTheHmacOfTheRfcs(String algorithm, String expected) {
        byte[] body = "what do ya want for nothing?".getBytes(UTF_8);

        assertThat(SignedRequests.hmacHex(body, algorithm, "Jefe")).isEqualTo(expected);
        assertThat(SignedRequests.hmacHex("/a", body, "X-Sign", algorithm, "Jefe")
                        .build()
                        .headers()
                        .first("X-Sign"))
                .isEqualTo(expected);
    }

    @Test
    void writesTheHmacInBase64() {
        byte[] body = "what do ya want for nothing?".getBytes(UTF_8);

        assertThat(SignedRequests.hmacBase64("/a", body, "X-Sign", "sha256", "Jefe")
                        .build()
                        .headers()
                        .first("X-Sign"))
                .isEqualTo("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }

    @Test
    void refusesAnAlgorithmThatDoesNotExist() {
        assertThatThrownBy(() -> SignedRequests.hmacHex(new byte[0], "sha7", "key"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The example of RFC 7617, 2. */
    @Test
    void sendsBasicCredentials() {
        WebhookRequest request =
                SignedRequests.basic("/a", "{}", "Aladdin", "open sesame").build();

        assertThat(request.headers().first("Authorization")).isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assertThat(request.headers().first("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void sendsABearerToken() {
        WebhookRequest request = SignedRequests.bearer("/a", "{}", "abc.def").build();

        assertThat(request.headers().all("Authorization")).containsExactly("Bearer abc.def");
    }
}

package org.corewebhook.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;

/** The examples of RFC 9421, appendices B.2.5 and B.2.6. */
class HttpMessageSignatureVectorsTest {

    private static final byte[] BODY = "{\"hello\": \"world\"}".getBytes(StandardCharsets.UTF_8);
    private static final String URL = "https://example.com/foo?param=Value&Pet=dog";
    private static final TestClock CLOCK = new TestClock(Instant.ofEpochSecond(1618884473));

    @Test
    void theSharedSecretOfB25Verifies() {
        SignatureVerifier verifier = SignatureVerifier.builder("http-message-signatures")
                .parameter("algorithm", "hmac-sha256")
                .parameter("components", "date @authority content-type")
                .secret(Secret.of(
                        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="))
                .clock(CLOCK)
                .build();

        assertThat(verifier.verify(
                        "POST",
                        URL,
                        message(
                                "sig-b25=(\"date\" \"@authority\" \"content-type\")"
                                        + ";created=1618884473;keyid=\"test-shared-secret\"",
                                "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:"),
                        BODY))
                .matches(Verdict::verified);
    }

    @Test
    void theEd25519KeyOfB26Verifies() {
        SignatureVerifier verifier = SignatureVerifier.builder("http-message-signatures")
                .parameter("algorithm", "ed25519")
                .parameter("components", "@method @path")
                .publicKey("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
                .clock(CLOCK)
                .build();

        assertThat(verifier.verify(
                        "POST",
                        URL,
                        message(
                                "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\""
                                        + " \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
                                "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu"
                                        + "4A0w6vuQv5lIp5WPpBKRCw==:"),
                        BODY))
                .matches(Verdict::verified);
    }

    private static Headers message(String input, String signature) {
        return Headers.of(
                "Host",
                "example.com",
                "Date",
                "Tue, 20 Apr 2021 02:07:55 GMT",
                "Content-Type",
                "application/json",
                "Content-Digest",
                "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
                "Content-Length",
                "18",
                "Signature-Input",
                input,
                "Signature",
                signature);
    }
}

package org.corewebhook.signature.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.SignatureSchemes;
import org.corewebhook.signature.SignatureVerifier;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;

class SignatureExplanationTest {

    private final TestClock clock = new TestClock();

    @Test
    void aTrimmedBodyIsRecognised() throws Exception {
        assertThat(github("{\"a\": 1}", "{\"a\": 1}\n").toString()).contains("a trimmed body");
    }

    @Test
    void aReserialisedBodyIsRecognised() throws Exception {
        assertThat(github("{\"a\":1,\"b\":[1,2]}", "{ \"a\" : 1, \"b\" : [1, 2] }")
                        .toString())
                .contains("compact JSON");
        assertThat(github("{\"a\": 1, \"b\": [1, 2]}", "{\"a\":1,\"b\":[1,2]}").toString())
                .contains("as Python writes it");
    }

    @Test
    void anotherSecretIsWhatRemainsAndIsNotQuoted() throws Exception {
        String text = github("{\"other\":true}", "{}").toString();

        assertThat(text).contains("most likely the secret is another one").doesNotContain("s3cret");
    }

    @Test
    void theOtherUrlSchemeIsRecognised() throws Exception {
        SignatureVerifier verifier = SignatureVerifier.builder("square")
                .secret(Secret.of("s3cret"))
                .publicUrl("https://hooks.example.com")
                .build();
        String signature = Base64.getEncoder().encodeToString(hmac("http://hooks.example.com/in{}"));
        WebhookRequest request = WebhookRequest.post("/in")
                .header("x-square-hmacsha256-signature", signature)
                .body("{}")
                .build();

        assertThat(SignatureExplanation.of(verifier, request).toString()).contains("the other URL scheme");
    }

    @Test
    void aClockThatIsOffIsRecognised() throws Exception {
        SignatureVerifier verifier = SignatureVerifier.builder("stripe")
                .secret(Secret.of("s3cret"))
                .clock(clock)
                .build();
        long time = clock.instant().getEpochSecond() - 400;
        String signature = HexFormat.of().formatHex(hmac(time + ".{}"));
        WebhookRequest request = WebhookRequest.post("/in")
                .header("Stripe-Signature", "t=" + time + ",v1=" + signature)
                .body("{}")
                .build();

        assertThat(SignatureExplanation.of(verifier, request).toString()).contains("off by 400 s");
    }

    private static SignatureExplanation github(String signed, String received) throws Exception {
        WebhookRequest request = WebhookRequest.post("/in")
                .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(hmac(signed)))
                .body(received)
                .build();
        return SignatureExplanation.of(SignatureSchemes.github("s3cret"), request);
    }

    private static byte[] hmac(String content) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
    }
}

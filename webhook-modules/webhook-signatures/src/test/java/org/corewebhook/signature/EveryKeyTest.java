package org.corewebhook.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.signature.key.VerificationKey;
import org.corewebhook.signature.scheme.Proof;
import org.corewebhook.signature.scheme.SignatureFailure;
import org.corewebhook.testkit.TestClock;
import org.junit.jupiter.api.Test;

/** All keys and all contents are tried, and time counts to the second. */
class EveryKeyTest {

    private final TestClock clock = new TestClock();

    @Test
    void allContentsAreTriedEvenIfTheFirstOneIsRight() {
        List<SignedContent> tried = new ArrayList<>();
        VerificationKey key = (content, signatures) -> tried.add(content);
        SignedContent one = SignedContent.of("1");
        SignedContent two = SignedContent.of("2");

        assertThat(KeyRing.holds(new Proof(List.of(one, two), List.of(), null, null), key))
                .isTrue();
        assertThat(tried).containsExactly(one, two);
    }

    @Test
    void allKeysAreTriedEvenIfTheFirstOneIsRight() {
        KeyRing ring = new KeyRing(
                List.of(key("a"), key("b"), key("a")),
                SignatureSchemes.preset("github")
                        .make(java.util.Map.of(), () -> null, clock)
                        .key());
        SignedContent content = SignedContent.of("x");
        Proof proof = new Proof(List.of(content), List.of(TestSigner.hmac("HmacSHA256", "a", "x")), null, null);

        assertThat(ring.prove(proof)).containsExactly(true, false, true);
    }

    @Test
    void theToleranceHoldsToTheSecondInBothDirections() {
        SignatureVerifier verifier = SignatureVerifier.builder("stripe")
                .secret(Secret.of("s"))
                .clock(clock)
                .build();

        assertThat(at(verifier, -300).verified()).isTrue();
        assertThat(at(verifier, -301).failure()).isEqualTo(SignatureFailure.TOO_OLD);
        assertThat(at(verifier, 60).verified()).isTrue();
        assertThat(at(verifier, 61).failure()).isEqualTo(SignatureFailure.TOO_NEW);
    }

    @Test
    void toleranceAndFutureToleranceAreSettings() {
        SignatureVerifier verifier = SignatureVerifier.builder("stripe")
                .secret(Secret.of("s"))
                .clock(clock)
                .tolerance(Duration.ofSeconds(10))
                .futureTolerance(Duration.ZERO)
                .build();

        assertThat(at(verifier, -10).verified()).isTrue();
        assertThat(at(verifier, -11).verified()).isFalse();
        assertThat(at(verifier, 1).verified()).isFalse();
    }

    @Test
    void aWrongSignatureIsNotSaidToBeOld() {
        SignatureVerifier verifier = SignatureVerifier.builder("stripe")
                .secret(Secret.of("other"))
                .clock(clock)
                .build();

        assertThat(at(verifier, -301).failure()).isEqualTo(SignatureFailure.WRONG_SIGNATURE);
    }

    @Test
    void aKeyThatCannotBeFetchedIsOurTroubleAndNotTheSenders() {
        SignedSamples.Sample sample = SignedSamples.of("paypal");
        SignatureVerifier verifier =
                sample.verifier(clock).servers(TestServers.unreachable()).build();
        Headers.Builder headers = Headers.builder();
        sample.headers().forEach(headers::add);

        assertThat(verifier.verify("POST", "/", headers.build(), sample.body()).failure())
                .isEqualTo(SignatureFailure.KEY_UNAVAILABLE);
    }

    @Test
    void aCertificateFromAnotherHostIsNeverFetched() {
        SignedSamples.Sample sample = SignedSamples.of("paypal");
        for (String url : List.of(
                "https://api.paypal.com.evil.example/v1/notifications/certs/C",
                "http://api.paypal.com/v1/notifications/certs/C",
                "https://api.paypal.com:8443/v1/notifications/certs/C",
                "https://api.paypal.com@evil.example/v1/notifications/certs/C",
                "https://api.paypal.com/v1/notifications/certs/../../evil",
                "https://api.paypal.com/other/C")) {
            Headers.Builder headers = Headers.builder();
            sample.headers().forEach((name, value) -> headers.add(name, name.equals("paypal-cert-url") ? url : value));
            assertThat(sample.verifier(clock)
                            .build()
                            .verify("POST", "/", headers.build(), sample.body())
                            .failure())
                    .as(url)
                    .isEqualTo(SignatureFailure.MALFORMED);
        }
    }

    private Verdict at(SignatureVerifier verifier, long seconds) {
        long time = clock.instant().getEpochSecond() + seconds;
        String signature = TestSigner.hex(TestSigner.hmac("HmacSHA256", "s", time + ".", "{}"));
        Headers headers = Headers.of("Stripe-Signature", "t=" + time + ",v0=aa,v1=" + signature);
        return verifier.verify("POST", "/", headers, new byte[] {'{', '}'});
    }

    private static SignatureKey key(String secret) {
        return new SignatureKey("k", Secret.of(secret), null, null);
    }
}

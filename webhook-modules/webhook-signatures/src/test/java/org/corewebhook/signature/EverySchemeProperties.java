package org.corewebhook.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.corewebhook.Headers;
import org.corewebhook.Secret;
import org.corewebhook.signature.SignedSamples.Sample;
import org.corewebhook.testkit.TestClock;

/** What the sender signed is accepted, and nothing that differs from it in one byte. */
class EverySchemeProperties {

    /** The secret travels as it is: nothing else of the request is proven by it. */
    private static final Set<String> TOKENS =
            Set.of("gitlab", "okta", "cloudevents", "azure-event-grid", "microsoft-graph");

    /** The parts of these headers that no signature covers, or that only name where to look. */
    private static final Set<String> UNSIGNED_HEADERS = Set.of("Content-Type", "paypal-cert-url");

    private static final Set<String> URL_BOUND =
            Set.of("twilio", "square", "trello", "hubspot-v2", "hubspot-v3", "contentful", "http-message-signatures");

    @Example
    void everySchemeHasASignedSample() {
        assertThat(SignedSamples.schemes()).containsExactlyInAnyOrderElementsOf(SignatureSchemes.names());
    }

    @Example
    void whatTheSenderSignedIsAccepted() {
        for (String scheme : SignedSamples.schemes()) {
            Sample sample = SignedSamples.of(scheme);
            assertThat(verify(sample, SignedSamples.URL, sample.headers(), sample.body()))
                    .as(scheme)
                    .matches(Verdict::verified);
        }
    }

    @Property(tries = 1500)
    void aChangedByteOfTheBodyIsRejected(
            @ForAll("schemes") String scheme,
            @ForAll @IntRange(max = 9999) int at,
            @ForAll @IntRange(min = 1, max = 255) int change) {
        Sample sample = SignedSamples.of(scheme);
        boolean coversBody = !TOKENS.contains(scheme) || sample.signedText() != null;
        Assume.that(coversBody);
        byte[] body = sample.body().clone();
        int start = start(sample, body);
        int length =
                sample.signedText() == null ? body.length : sample.signedText().length();
        body[start + at % length] ^= (byte) change;
        assertThat(verify(sample, SignedSamples.URL, sample.headers(), body).verified())
                .isFalse();
    }

    @Property(tries = 2000)
    void aChangedCharacterOfAHeaderIsRejected(
            @ForAll("schemes") String scheme,
            @ForAll @IntRange(max = 9) int which,
            @ForAll @IntRange(max = 9999) int at,
            @ForAll @IntRange(min = 1, max = 127) int change) {
        Sample sample = SignedSamples.of(scheme);
        List<String> names = sample.headers().keySet().stream()
                .filter(name -> !UNSIGNED_HEADERS.contains(name))
                .toList();
        Assume.that(!names.isEmpty());
        String name = names.get(which % names.size());
        StringBuilder value = new StringBuilder(sample.headers().get(name));
        int position = at % value.length();
        value.setCharAt(position, (char) (value.charAt(position) ^ change));
        Map<String, String> headers = new LinkedHashMap<>(sample.headers());
        headers.put(name, value.toString());
        assertThat(verify(sample, SignedSamples.URL, headers, sample.body()).verified())
                .as("%s, %s: %s", scheme, name, value)
                .isFalse();
    }

    @Property(tries = 300)
    void aChangedCharacterOfTheUrlIsRejectedWhereItIsSigned(
            @ForAll("urlBound") String scheme, @ForAll @IntRange(max = 9999) int at) {
        Sample sample = SignedSamples.of(scheme);
        StringBuilder url = new StringBuilder(SignedSamples.URL);
        int pathStart = url.indexOf("/in/") + 1;
        int position = pathStart + at % (url.length() - pathStart);
        url.setCharAt(position, url.charAt(position) == 'q' ? 'r' : 'q');
        assertThat(verify(sample, url.toString(), sample.headers(), sample.body())
                        .verified())
                .isFalse();
    }

    @Property(tries = 500)
    void aChangedCharacterOfTheKeyIsRejected(@ForAll("schemes") String scheme, @ForAll @IntRange(max = 9999) int at) {
        Sample sample = SignedSamples.of(scheme);
        Assume.that(sample.key() != null && !sample.publicKey());
        int prefix = sample.key().startsWith("whsec_") ? 6 : 0;
        StringBuilder key = new StringBuilder(sample.key());
        int position = prefix + at % (key.length() - prefix - 4);
        key.setCharAt(position, key.charAt(position) == 'b' ? 'c' : 'b');
        SignatureVerifier verifier = builderWith(sample, key.toString()).build();
        assertThat(verifier.verify("POST", SignedSamples.URL, headers(sample.headers()), sample.body())
                        .verified())
                .isFalse();
    }

    @Example
    void aHeaderThatIsThereTwiceIsRejected() {
        for (String scheme : SignedSamples.schemes()) {
            Sample sample = SignedSamples.of(scheme);
            for (String name : sample.headers().keySet()) {
                if (!UNSIGNED_HEADERS.contains(name)) {
                    Headers twice = Headers.builder()
                            .addAll(headers(sample.headers()))
                            .add(name, sample.headers().get(name))
                            .build();
                    SignatureVerifier verifier =
                            sample.verifier(new TestClock(SignedSamples.NOW)).build();
                    assertThat(verifier.verify("POST", SignedSamples.URL, twice, sample.body())
                                    .verified())
                            .as("%s, %s", scheme, name)
                            .isFalse();
                }
            }
        }
    }

    @Provide
    Arbitrary<String> schemes() {
        return Arbitraries.of(SignedSamples.schemes());
    }

    @Provide
    Arbitrary<String> urlBound() {
        return Arbitraries.of(URL_BOUND);
    }

    private static SignatureVerifierBuilder builderWith(Sample sample, String key) {
        SignatureVerifierBuilder builder =
                SignatureVerifier.builder(sample.scheme()).clock(new TestClock(SignedSamples.NOW));
        sample.parameters().forEach(builder::parameter);
        return builder.secret(Secret.of(key));
    }

    private static int start(Sample sample, byte[] body) {
        return sample.signedText() == null ? 0 : new String(body, StandardCharsets.UTF_8).indexOf(sample.signedText());
    }

    private static Verdict verify(Sample sample, String url, Map<String, String> headers, byte[] body) {
        SignatureVerifier verifier =
                sample.verifier(new TestClock(SignedSamples.NOW)).build();
        return verifier.verify("POST", url, headers(headers), body);
    }

    private static Headers headers(Map<String, String> map) {
        Headers.Builder headers = Headers.builder();
        map.forEach(headers::add);
        return headers.build();
    }
}

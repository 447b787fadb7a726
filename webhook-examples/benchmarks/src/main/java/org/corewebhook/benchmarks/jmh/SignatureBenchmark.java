package org.corewebhook.benchmarks.jmh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.SignatureSchemes;
import org.corewebhook.signature.SignatureVerifier;
import org.corewebhook.signature.Verdict;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Signature schemes against a bare Mac that is used again, HMAC-SHA256 over 1 KiB, one thread.
 *
 * <p>{@code bareMac} is the baseline: it computes the hash and compares it, and is given the right one as bytes.
 * {@code bareReceiver} also does what no receiver can leave out: it looks the header up and reads the hexadecimal
 * digits. The schemes do all of that for any number of keys and signatures, check what is double, and note when which
 * key was used.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class SignatureBenchmark {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private byte[] body;
    private byte[] signature;
    private Mac mac;
    private SignatureVerifier github;
    private SignatureVerifier stripe;
    private WebhookRequest request;
    private WebhookRequest timedRequest;

    /** Makes a signed request. */
    @Setup
    public void setUp() throws GeneralSecurityException {
        body = Payloads.json(1024);
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        signature = mac.doFinal(body);
        github = SignatureSchemes.github(KEY);
        request = request("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(signature));
        stripe = SignatureVerifier.builder("stripe")
                .secret(Secret.of(KEY))
                .tolerance(Duration.ofDays(1))
                .build();
        long time = Instant.now().getEpochSecond();
        mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
        timedRequest = request(
                "Stripe-Signature", "t=" + time + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body)));
    }

    /** The names are not the scheme's own strings, just as names that came over the network are not. */
    private WebhookRequest request(String header, String value) {
        return WebhookRequest.post("/webhook/github")
                .header("Host", "127.0.0.1")
                .header("User-Agent", "GitHub-Hookshot/8f2c1a0")
                .header("Accept", "*/*")
                .header("Content-Type", "application/json")
                .header("X-GitHub-Event", "push")
                .header(new String(header.toCharArray()), value)
                .body(body)
                .build();
    }

    /** The hash and the comparison alone. */
    @Benchmark
    public boolean bareMac() {
        return MessageDigest.isEqual(mac.doFinal(body), signature);
    }

    /** The least that a receiver does, by hand. */
    @Benchmark
    public boolean bareReceiver() {
        String written = Objects.requireNonNull(request.headers().first("X-Hub-Signature-256"));
        byte[] offered = HexFormat.of().parseHex(written, "sha256=".length(), written.length());
        return MessageDigest.isEqual(mac.doFinal(request.body()), offered);
    }

    /** The scheme {@code github}. */
    @Benchmark
    public Verdict verifyGithub() {
        return github.verify(request);
    }

    /** The scheme {@code stripe}: a list of fields, and a time that is signed, too. */
    @Benchmark
    public Verdict verifyStripe() {
        return stripe.verify(timedRequest);
    }
}

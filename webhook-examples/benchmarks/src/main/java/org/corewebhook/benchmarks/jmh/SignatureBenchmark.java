package org.corewebhook.benchmarks.jmh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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

/** A signature scheme against a bare reused Mac, 1 KiB. */
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
    private WebhookRequest request;

    /** Makes a signed request. */
    @Setup
    public void setUp() throws GeneralSecurityException {
        body = Payloads.json(1024);
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        signature = mac.doFinal(body);
        github = SignatureSchemes.github(KEY);
        request = WebhookRequest.post("/webhook/github")
                .header("Host", "127.0.0.1")
                .header("User-Agent", "GitHub-Hookshot/8f2c1a0")
                .header("Accept", "*/*")
                .header("Content-Type", "application/json")
                .header("X-GitHub-Event", "push")
                .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(signature))
                .body(body)
                .build();
    }

    /** The least. */
    @Benchmark
    public boolean bareMac() {
        return MessageDigest.isEqual(mac.doFinal(body), signature);
    }

    /** The scheme {@code github}. */
    @Benchmark
    public Verdict verifyGithub() {
        return github.verify(request);
    }
}

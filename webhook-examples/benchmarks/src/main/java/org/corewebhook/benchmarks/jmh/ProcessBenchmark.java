package org.corewebhook.benchmarks.jmh;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.Acknowledge;
import org.corewebhook.EndpointBuilder;
import org.corewebhook.WebhookProcessor;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.benchmarks.Discard;
import org.corewebhook.configuration.Settings;
import org.corewebhook.payload.JsonCheck;
import org.corewebhook.payload.PayloadLimits;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.validation.JwtProvider;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One whole request through the processor, and beside it the work that no receiver can leave out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class ProcessBenchmark {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    /** Size of the body. */
    @Param({"1024", "10240"})
    public int size;

    private WebhookProcessor processor;
    private byte[] body;
    private byte[] signatureBytes;
    private String signature;
    private String token;
    private Mac mac;
    private JsonCheck check;
    private JWTVerifier verifier;
    private Validator jwt;
    private WebhookRequest jwtRequest;

    /** Makes the processor and what the baselines need. */
    @Setup
    public void setUp() throws GeneralSecurityException {
        processor = WebhookProcessor.builder()
                .endpoint("hmac", e -> endpoint(e).hmac("X-Signature", KEY))
                .endpoint("bearer", e -> endpoint(e).authorization("Bearer " + KEY))
                .endpoint("jwt", e -> endpoint(e).set("jwt", Map.of("secret", KEY)))
                .build();
        body = Payloads.json(size);
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        signatureBytes = mac.doFinal(body);
        signature = HexFormat.of().formatHex(signatureBytes);
        check = new JsonCheck(PayloadLimits.defaults());
        Algorithm algorithm = Algorithm.HMAC256(KEY);
        token = JWT.create().withIssuer("sender").withClaim("role", "orders").sign(algorithm);
        verifier = JWT.require(algorithm).build();
        jwt = new JwtProvider().create(Settings.of(Map.of("jwt", Map.of("secret", KEY))));
        jwtRequest = request("jwt").header("Authorization", "Bearer " + token).build();
    }

    private static EndpointBuilder endpoint(EndpointBuilder endpoint) {
        return endpoint.acknowledge(Acknowledge.DELIVERED).output(new Discard());
    }

    /** Closes the processor. */
    @TearDown
    public void tearDown() {
        processor.close();
    }

    /** The least: a reused Mac, the comparison, the check of the JSON. */
    @Benchmark
    public boolean bareMacAndJsonCheck() {
        return MessageDigest.isEqual(mac.doFinal(body), signatureBytes) && check.problem(body) == null;
    }

    /** A reused Mac alone. */
    @Benchmark
    public byte[] bareMac() {
        return mac.doFinal(body);
    }

    /** The check of the JSON alone. */
    @Benchmark
    public @Nullable String jsonCheck() {
        return check.problem(body);
    }

    /** An endpoint with {@code hmac}. */
    @Benchmark
    public WebhookResponse processHmac() {
        return processor.process(
                request("hmac").header("X-Signature", signature).body(body).build());
    }

    /** An endpoint with {@code authorization}. */
    @Benchmark
    public WebhookResponse processBearer() {
        return processor.process(request("bearer")
                .header("Authorization", "Bearer " + KEY)
                .body(body)
                .build());
    }

    /** An endpoint with {@code jwt}. */
    @Benchmark
    public WebhookResponse processJwt() {
        return processor.process(request("jwt")
                .header("Authorization", "Bearer " + token)
                .body(body)
                .build());
    }

    /** What java-jwt itself takes. */
    @Benchmark
    public DecodedJWT bareJwt() {
        return verifier.verify(token);
    }

    /** The validator {@code jwt} alone, to set beside {@link #bareJwt()}. */
    @Benchmark
    public ValidationResult validateJwt() {
        return jwt.validate(jwtRequest);
    }

    private static WebhookRequest.Builder request(String endpoint) {
        return WebhookRequest.post("/webhook/" + endpoint)
                .header("Host", "127.0.0.1")
                .header("User-Agent", "GitHub-Hookshot/8f2c1a0")
                .header("Accept", "*/*")
                .header("Content-Type", "application/json")
                .header("X-GitHub-Event", "push");
    }
}

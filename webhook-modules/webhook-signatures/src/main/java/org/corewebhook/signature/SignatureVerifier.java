package org.corewebhook.signature;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.corewebhook.ErrorKind;
import org.corewebhook.Headers;
import org.corewebhook.WebhookRequest;
import org.corewebhook.signature.explain.SignatureExplanation;
import org.corewebhook.signature.scheme.DeclaredScheme;
import org.corewebhook.signature.scheme.PublicUrl;
import org.corewebhook.signature.scheme.SignatureFailure;
import org.corewebhook.signature.scheme.SignatureScheme;
import org.corewebhook.signature.scheme.SignedRequest;
import org.corewebhook.spi.Handshake;
import org.corewebhook.spi.ReceiptId;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves that a request comes from its sender, by the scheme of that sender; usable in any framework:
 * {@code SignatureSchemes.stripe(secret).verify("POST", url, headers, bytes).verified()}.
 *
 * <p>Give it the exact bytes that came in. Everything is compared in constant time, and all keys are tried with all
 * signatures. Thread-safe.
 */
public final class SignatureVerifier implements Validator {

    /** How far ahead of our clock a signature may be, unless told otherwise. */
    public static final Duration DEFAULT_FUTURE_TOLERANCE = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(SignatureVerifier.class);

    static final ValidationResult INVALID = ValidationResult.unauthorized("Invalid signature");
    private static final ValidationResult UNAVAILABLE =
            ValidationResult.refused(ErrorKind.UNAVAILABLE, "The signature cannot be checked now, retry later");

    private final SignatureScheme scheme;
    private final PublicUrl publicUrl;
    private final Clock clock;
    private final KeyRing keys;
    private final Verification verification;
    private final @Nullable Handshake handshake;
    private final OncePerMinute failureLog;
    private final OncePerMinute oldKeyLog;
    private final Duration replayWindow;

    SignatureVerifier(SignatureVerifierBuilder builder) {
        this.scheme = builder.scheme();
        this.publicUrl = builder.publicUrl();
        this.clock = builder.clock();
        this.keys = new KeyRing(builder.keys(), scheme.key());
        this.verification = new Verification(scheme, keys, builder.effectiveTolerance(), builder.futureTolerance());
        this.handshake = builder.handshake(this);
        Duration tolerance = builder.effectiveTolerance();
        this.replayWindow =
                tolerance.isZero() ? Validator.super.replayWindow() : tolerance.plus(builder.futureTolerance());
        this.failureLog = new OncePerMinute(clock);
        this.oldKeyLog = new OncePerMinute(clock);
    }

    /**
     * Starts a verifier for a sender by the name of its scheme, see {@link SignatureSchemes#names()}.
     *
     * @throws IllegalArgumentException if there is no such scheme
     */
    public static SignatureVerifierBuilder builder(String scheme) {
        return new SignatureVerifierBuilder(SignatureSchemes.preset(scheme));
    }

    /** Starts a verifier for a scheme of your own. */
    public static SignatureVerifierBuilder builder(DeclaredScheme scheme) {
        return new SignatureVerifierBuilder(scheme);
    }

    /**
     * Verifies a request of any framework.
     *
     * @param method the method, in upper case
     * @param url the URL that the sender called; the path is enough where the scheme does not sign it or a public URL
     *     is set, which then wins
     * @param headers all headers, duplicates kept
     * @param body the exact bytes that came in
     */
    public Verdict verify(String method, String url, Headers headers, byte[] body) {
        boolean absolute = url.startsWith("https://") || url.startsWith("http://");
        WebhookRequest request = WebhookRequest.builder(method, absolute ? pathAndQuery(url) : url)
                .headers(headers)
                .body(body)
                .build();
        boolean known = publicUrl != PublicUrl.unknown();
        return verified(request, absolute && !known ? PublicUrl.exactly(url) : publicUrl);
    }

    /** Verifies a request of the receiver. */
    public Verdict verify(WebhookRequest request) {
        return verified(request, publicUrl);
    }

    @Override
    public ValidationResult validate(WebhookRequest request) {
        Verdict verdict = verify(request);
        return verdict.verified() ? ValidationResult.accepted() : refused(request, verdict);
    }

    /** Returns the answer, always the same one whatever is wrong; tells the operator more, once a minute. */
    ValidationResult refused(WebhookRequest request, Verdict verdict) {
        if (failureLog.isDue()) {
            log.warn(
                    "A request to {} has no valid signature ({}): {}. {}",
                    request.path(),
                    scheme.name(),
                    verdict.detail(),
                    SignatureExplanation.of(this, request));
        }
        return verdict.failure() == SignatureFailure.KEY_UNAVAILABLE ? UNAVAILABLE : INVALID;
    }

    @Override
    public Set<String> credentialHeaders() {
        return scheme.credentialHeaders();
    }

    @Override
    public @Nullable Handshake handshake() {
        return handshake;
    }

    @Override
    public @Nullable ReceiptId receiptId(WebhookRequest request) {
        return scheme.id(new SignedRequest(request, publicUrl));
    }

    /** Its tolerance into the past and the future; 15 minutes where the scheme signs no time. */
    @Override
    public Duration replayWindow() {
        return replayWindow;
    }

    /** Returns the name of the scheme. */
    public String scheme() {
        return scheme.name();
    }

    /** Returns how much each key is used, in the order of the keys. */
    public List<KeyUse> keyUses() {
        return keys.uses();
    }

    /** Returns what the receiver is called from outside. */
    public PublicUrl publicUrl() {
        return publicUrl;
    }

    /** Verifies as if the receiver were called this from outside, without counting; to explain failures. */
    public Verdict tryOut(WebhookRequest request, PublicUrl url) {
        return verification.verify(new SignedRequest(request, url), now()).verdict();
    }

    private Verdict verified(WebhookRequest request, PublicUrl url) {
        Instant now = now();
        Verification.Result result = verification.verify(new SignedRequest(request, url), now);
        if (result.verdict().verified() && result.key() >= 0) {
            matched(result.key(), now);
        }
        return result.verdict();
    }

    /** Returns the time, which is asked for once per request, and by milliseconds: finer ones cost a native call. */
    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private void matched(int key, Instant now) {
        keys.entry(key).matchedAt(now);
        if (key > 0 && keys.isOld(key, now) && oldKeyLog.isDue()) {
            log.warn(
                    "A sender ({}) still signs with the old key {}: it cannot be removed yet",
                    scheme.name(),
                    keys.entry(key).key().label());
        }
    }

    private static String pathAndQuery(String url) {
        int path = url.indexOf('/', url.indexOf("//") + 2);
        return path < 0 ? "/" : url.substring(path);
    }

    /** Names the scheme and the labels of the keys. */
    @Override
    public String toString() {
        return "SignatureVerifier[" + scheme.name() + ", "
                + keys.uses().stream().map(KeyUse::label).toList() + "]";
    }
}

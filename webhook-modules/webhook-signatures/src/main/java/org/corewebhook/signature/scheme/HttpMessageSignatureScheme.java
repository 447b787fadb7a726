package org.corewebhook.signature.scheme;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.signature.key.KeyFormat;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/**
 * HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530). One signature is verified: the only one, or the
 * one with the configured label. It must cover the configured components and must have been created in time.
 *
 * <p>Components with parameters ({@code ;sf}, {@code ;bs}, {@code ;key}) are not supported and do not verify.
 */
final class HttpMessageSignatureScheme implements SignatureScheme {

    /** The names of RFC 9421; shared keys are written in base64. */
    private static final Map<String, SignatureAlgorithm> ALGORITHMS = Map.of(
            "hmac-sha256", SignatureAlgorithm.HMAC_SHA256,
            "ed25519", SignatureAlgorithm.ED25519,
            "ecdsa-p256-sha256", SignatureAlgorithm.ECDSA_P256_SHA256,
            "rsa-pss-sha512", SignatureAlgorithm.RSA_PSS_SHA512,
            "rsa-v1_5-sha256", SignatureAlgorithm.RSA_SHA256);

    private static final String CONTENT_DIGEST = "content-digest";
    private static final Map<String, String> DIGESTS = Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final String algorithm;
    private final SchemeKey key;
    private final Set<String> required;
    private final @Nullable String label;
    private final @Nullable String tag;
    private final Clock clock;

    HttpMessageSignatureScheme(
            String algorithm, String components, @Nullable String label, @Nullable String tag, Clock clock) {
        SignatureAlgorithm known = ALGORITHMS.get(algorithm);
        if (known == null) {
            throw new IllegalArgumentException("The parameter algorithm must be one of "
                    + String.join(", ", ALGORITHMS.keySet().stream().sorted().toList()));
        }
        this.algorithm = algorithm;
        this.key = new SchemeKey(known, known.shared() ? KeyFormat.BASE64 : KeyFormat.PUBLIC);
        this.required = new LinkedHashSet<>(Arrays.asList(components.strip().split("[,\\s]+", -1)));
        this.label = label;
        this.tag = tag;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "http-message-signatures";
    }

    @Override
    public SchemeKey key() {
        return key;
    }

    @Override
    public Duration tolerance() {
        return TOLERANCE;
    }

    @Override
    public boolean urlBound() {
        return required.contains("@target-uri") || required.contains("@scheme");
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        SignatureInput input = SignatureInput.parse(request.required("Signature-Input"), label);
        byte[] signature = signature(request.required("Signature"), input.label());
        checkParameters(input);
        for (String component : required) {
            if (!input.components().contains(component)) {
                throw new UnprovenException(SignatureFailure.MISSING, "The signature does not cover " + component);
            }
        }
        checkDigest(request);
        SignedContent content = SignedContent.of(MessageComponents.base(request, input));
        return List.of(Proof.of(content, signature).at(created(input)));
    }

    private void checkParameters(SignatureInput input) throws UnprovenException {
        String expires = input.parameters().get("expires");
        if (expires != null && !clock.instant().isBefore(SignatureInput.instant(expires))) {
            throw new UnprovenException(SignatureFailure.TOO_OLD, "The signature has expired, as it says itself");
        }
        String named = input.parameters().get("alg");
        if (named != null && !named.equals(algorithm)) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "The signature names another algorithm");
        }
        if (tag != null && !tag.equals(input.parameters().get("tag"))) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "The signature has another tag");
        }
    }

    private static Instant created(SignatureInput input) throws UnprovenException {
        String created = input.parameters().get("created");
        if (created == null) {
            throw new UnprovenException(SignatureFailure.MISSING, "The signature does not say when it was created");
        }
        return SignatureInput.instant(created);
    }

    private static byte[] signature(String header, String label) throws UnprovenException {
        for (String member : SignatureInput.split(header, ',')) {
            int equals = member.indexOf('=');
            if (equals > 0 && member.substring(0, equals).strip().equals(label)) {
                return binary(member.substring(equals + 1).strip());
            }
        }
        throw new UnprovenException(SignatureFailure.MISSING, "There is no signature " + label);
    }

    private static byte[] binary(String text) throws UnprovenException {
        boolean framed = text.length() > 2 && text.startsWith(":") && text.endsWith(":");
        byte[] bytes = framed ? SignatureEncoding.BASE64.decode(text.substring(1, text.length() - 1)) : null;
        if (bytes == null) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "A byte sequence is not base64 between colons");
        }
        return bytes;
    }

    /** Every digest that we know has to be right, and there has to be one if there is the header. */
    private static void checkDigest(SignedRequest request) throws UnprovenException {
        String header = request.header(CONTENT_DIGEST);
        if (header == null) {
            return;
        }
        boolean any = false;
        boolean right = true;
        for (String member : SignatureInput.split(header, ',')) {
            int equals = member.indexOf('=');
            String hash =
                    equals < 0 ? null : DIGESTS.get(member.substring(0, equals).strip());
            if (hash != null) {
                any = true;
                right &= Secret.equal(
                        digest(hash, request.body()),
                        binary(member.substring(equals + 1).strip()));
            }
        }
        if (!any || !right) {
            throw new UnprovenException(SignatureFailure.WRONG_SIGNATURE, "The body is not the one of Content-Digest");
        }
    }

    private static byte[] digest(String algorithm, byte[] body) {
        try {
            return MessageDigest.getInstance(algorithm).digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has " + algorithm, e);
        }
    }

    @Override
    public @Nullable ReceiptId id(SignedRequest request) {
        try {
            SignatureInput input = SignatureInput.parse(request.required("Signature-Input"), label);
            String nonce = input.parameters().get("nonce");
            return nonce == null || nonce.isEmpty() ? null : new ReceiptId(nonce, true);
        } catch (UnprovenException e) {
            return null; // not a proven request, so there is nothing to remember
        }
    }
}
